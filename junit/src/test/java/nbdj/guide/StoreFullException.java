package nbdj.guide;

import java.io.IOException;

/** There is no room for another record. */
final class StoreFullException extends IOException {
  private static final long serialVersionUID = 1;

  StoreFullException(Throwable cause) {
    super("the store is full", cause);
  }
}
