package nbdj.retry;

import java.io.IOException;
import nbdj.api.NbdException;

/** A failure that would come again though the layer below were opened again. */
final class Unretryable extends IOException {
  private static final long serialVersionUID = 1;

  private final NbdException failure;

  Unretryable(NbdException failure) {
    super(failure);
    this.failure = failure;
  }

  /** Get the failure that the client is to see. */
  NbdException failure() {
    return failure;
  }
}
