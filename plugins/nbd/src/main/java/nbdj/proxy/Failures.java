package nbdj.proxy;

import java.io.IOException;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.client.NbdClientException;
import nbdj.client.NbdServerException;

/** Failures of the client as failures of a layer. */
final class Failures {
  private Failures() {}

  /** Get a failure with the error that the other server gave; EIO if it gave none. */
  static IOException of(NbdClientException failure) {
    if (failure instanceof NbdServerException answer) {
      String text = answer.serverText();
      return new NbdException(
          error(answer.number()),
          text.isEmpty() ? "the other server says " + answer.errorName() : text,
          failure);
    }
    return new NbdException(NbdError.EIO, String.valueOf(failure.getMessage()), failure);
  }

  private static NbdError error(int number) {
    for (NbdError error : NbdError.values()) {
      if (error.number() == number) {
        return error;
      }
    }
    return NbdError.EIO;
  }
}
