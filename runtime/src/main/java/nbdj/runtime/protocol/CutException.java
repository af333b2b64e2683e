package nbdj.runtime.protocol;

import java.io.IOException;

/** A failure of our side after which a client cannot be told, so that it is dropped. */
final class CutException extends IOException {
  private static final long serialVersionUID = 1;

  CutException(String message) {
    super(message);
  }
}
