package nbdj.client;

import org.jspecify.annotations.Nullable;

/**
 * There is no connection, or no longer: it could not be made, one side ended it, or an answer took
 * too long. What became of requests under way is unknown.
 *
 * @since 0.1
 */
public final class NbdDisconnectedException extends NbdClientException {
  private static final long serialVersionUID = 1;

  NbdDisconnectedException(String message) {
    this(message, null);
  }

  NbdDisconnectedException(String message, @Nullable Throwable cause) {
    super(message);
    if (cause != null) {
      initCause(cause);
    }
  }

  @Override
  NbdDisconnectedException again() {
    return new NbdDisconnectedException(getMessage(), this);
  }
}
