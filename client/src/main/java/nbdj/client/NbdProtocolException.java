package nbdj.client;

/**
 * The server broke the protocol, and the message says how. The connection is closed: what came
 * after could be misread.
 *
 * @since 0.1
 */
public final class NbdProtocolException extends NbdClientException {
  private static final long serialVersionUID = 1;

  NbdProtocolException(String message) {
    super(message);
  }

  @Override
  NbdProtocolException again() {
    NbdProtocolException again = new NbdProtocolException(getMessage());
    again.initCause(this);
    return again;
  }
}
