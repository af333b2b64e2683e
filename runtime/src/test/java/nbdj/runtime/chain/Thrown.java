package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** What a layer may throw that it should not. */
final class Thrown {
  /** One of each kind that is a fault of the layer. */
  static final List<Throwable> FAULTS =
      List.of(
          new IllegalStateException("broken"),
          new NullPointerException(),
          new AssertionError("broken"),
          new StackOverflowError(),
          new OutOfMemoryError("broken"),
          new NoClassDefFoundError("some/Missing"),
          new Error("broken"),
          new InterruptedException("checked, but thrown all the same"),
          new MessageThrower());

  private Thrown() {}

  /** Throw anything, declared or not. */
  @SuppressWarnings({"unchecked", "DoNotCallSuggester"})
  static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /** An exception that fails even to say what it is. */
  static final class MessageThrower extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  /** A failure of a layer compiled without checks: its error is not there. */
  static IOException withoutError() {
    return new NbdException(NbdError.EIO, "strange") {
      private static final long serialVersionUID = 1;

      @Override
      public NbdError error() {
        throw new IllegalStateException("no error");
      }
    };
  }
}
