package nbdj.retry;

import java.io.IOException;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;

/**
 * Asks a handle that was opened again whether it offers what the first one did. Each method throws
 * {@link Unretryable} if not.
 */
final class Offered {
  private Offered() {}

  static void range(Next next, long offset, long count) throws IOException {
    if (next.size() < offset + count) {
      throw new Unretryable(
          new NbdException(
              NbdError.EIO, "the disk, opened again, has only %d bytes".formatted(next.size())));
    }
  }

  static void writing(Next next, long offset, long count, Flags flags) throws IOException {
    range(next, offset, count);
    if (!next.canWrite()) {
      throw new Unretryable(
          new NbdException(NbdError.EPERM, "the disk, opened again, is read-only"));
    }
    require(!flags.has(Flag.FUA) || next.canFua().available(), "FUA");
  }

  static void require(boolean offered, String what) throws Unretryable {
    if (!offered) {
      throw new Unretryable(
          new NbdException(
              NbdError.EIO, "the disk, opened again, does not offer %s".formatted(what)));
    }
  }
}
