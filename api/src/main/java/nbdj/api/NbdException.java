package nbdj.api;

import java.io.IOException;

/**
 * A failure with the error that the client is to see and a message for people.
 *
 * <p>Rules of errors:
 *
 * <ul>
 *   <li><b>X-1</b> A data operation that fails throws; its client gets {@link #error()}, with the
 *       message where the protocol has room for it.
 *   <li><b>X-2</b> Any other {@link IOException} of a data operation is {@link NbdError#EIO} to the
 *       client.
 *   <li><b>X-3</b> Any other exception or error of a data operation is a fault of the layer: {@link
 *       NbdError#EIO} to the client, logged with the layer's name. It ends neither connection nor
 *       server.
 *   <li><b>X-4</b> A failure of {@code preconnect} drops that client; one of {@code open} or {@code
 *       prepare} refuses the export to it with the message.
 *   <li><b>X-5</b> A layer that breaks a rule of this interface fails the request in which it did
 *       so, with its name and the rule in the log.
 *   <li><b>X-6</b> A message is one sentence; it needs no name of the layer in front.
 *   <li><b>X-7</b> A message should name the thing, its value and what would be right, as one about
 *       an export names the export.
 * </ul>
 *
 * @since 0.1
 */
public class NbdException extends IOException {
  private static final long serialVersionUID = 1;

  private final NbdError error;

  /** Make a failure with an error for the client and a message. */
  public NbdException(NbdError error, String message) {
    super(message);
    this.error = error;
  }

  /** Make a failure with an error for the client, a message and what caused it. */
  public NbdException(NbdError error, String message, Throwable cause) {
    super(message, cause);
    this.error = error;
  }

  /** Get the error that the client sees. */
  public NbdError error() {
    return error;
  }

  /**
   * Get the error that a client sees for any failure: its own if it has one, {@link NbdError#EIO}
   * otherwise.
   */
  public static NbdError errorOf(Throwable failure) {
    return failure instanceof NbdException nbd ? nbd.error() : NbdError.EIO;
  }
}
