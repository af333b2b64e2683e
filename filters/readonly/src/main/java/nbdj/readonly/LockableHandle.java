package nbdj.readonly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.PassThrough;

/**
 * An export that may be written to at times.
 *
 * <p>What a client was told when it connected holds until it leaves, so it is told that it may
 * write, and its writes are refused one by one while that is locked. It may write as soon as it is
 * not.
 */
final class LockableHandle extends PassThrough {
  private final BooleanSupplier locked;

  LockableHandle(BooleanSupplier locked) {
    this.locked = locked;
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    requireUnlocked();
    next.pwrite(buffer, offset, flags);
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    requireUnlocked();
    next.trim(offset, count, flags);
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    requireUnlocked();
    next.zero(offset, count, flags);
  }

  private void requireUnlocked() throws NbdException {
    if (locked.getAsBoolean()) {
      throw new NbdException(
          NbdError.EPERM, "the export is read-only for now (the server has readonly-file)");
    }
  }
}
