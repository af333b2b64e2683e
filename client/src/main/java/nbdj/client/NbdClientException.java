package nbdj.client;

import java.io.IOException;

/**
 * What goes wrong between a client and a server; its subtypes say whose doing it is.
 *
 * @since 0.1
 */
public abstract sealed class NbdClientException extends IOException
    permits NbdServerException,
        NbdRefusedException,
        NbdProtocolException,
        NbdDisconnectedException {
  private static final long serialVersionUID = 1;

  private final String message;

  NbdClientException(String message) {
    super(message);
    this.message = message;
  }

  /** Get the sentence that tells what went wrong. */
  @Override
  public final String getMessage() {
    return message;
  }

  /** Make the same failure with the stack of the calling thread; this one is its cause. */
  abstract NbdClientException again();
}
