package nbdj.tck;

/** Tells that an operation failed which may: the device below the layer under test had failed. */
final class FailedBelow extends RuntimeException {
  private static final long serialVersionUID = 1;

  FailedBelow(Throwable cause) {
    super("an operation failed after the device below", cause);
  }
}
