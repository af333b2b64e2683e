package nbdj.runtime.chain;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** What tests expect of calls of a {@link nbdj.api.Next}. */
final class Calls {
  /** A call. */
  @FunctionalInterface
  interface IoCall {
    void run() throws IOException;
  }

  private Calls() {}

  /** Run a call that must fail, and get the error that a client sees. */
  static NbdError error(IoCall call) {
    return failure(call).error();
  }

  /** Run a call that must fail, and get the failure. */
  static NbdException failure(IoCall call) {
    return assertThrows(NbdException.class, call::run);
  }

  /** Run a call that must fail, and get the message. */
  static String message(IoCall call) {
    return String.valueOf(assertThrows(IOException.class, call::run).getMessage());
  }
}
