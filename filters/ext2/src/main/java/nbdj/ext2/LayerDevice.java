package nbdj.ext2;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.ext4.BlockDevice;

/**
 * The layer below as the device of a filesystem.
 *
 * <p>Safe for use by many threads, as {@link Next} is.
 */
final class LayerDevice implements BlockDevice {
  private static final Flags FUA = Flags.of(Flag.FUA);

  private final Next next;

  /** Size of the layer in bytes. */
  private final long size;

  /** The layer refuses writes. */
  private final boolean readOnly;

  /** The layer can make data durable. Where it cannot, there is nothing that a flush could do. */
  private final boolean flushes;

  /** The layer can make one write durable. */
  private final boolean forcesUnitAccess;

  /** The layer can be told of what is of no use any more. */
  private final boolean trims;

  /** Look at a prepared handle. */
  LayerDevice(Next next) throws IOException {
    this.next = next;
    this.size = next.size();
    this.readOnly = !next.canWrite();
    this.flushes = next.canFlush();
    this.forcesUnitAccess = next.canFua().available();
    this.trims = next.canTrim();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public void read(ByteBuffer dst, long offset) throws IOException {
    next.pread(dst, offset);
  }

  @Override
  public void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    next.pwrite(src, offset, flags(fua));
    flushInstead(fua);
  }

  @Override
  public void zero(long offset, long length, boolean fua) throws IOException {
    next.zero(offset, length, flags(fua));
    flushInstead(fua);
  }

  @Override
  public void discard(long offset, long length) throws IOException {
    if (trims) {
      next.trim(offset, length, Flags.NONE);
    }
  }

  @Override
  public void flush() throws IOException {
    if (flushes) {
      next.flush();
    }
  }

  private Flags flags(boolean fua) {
    return fua && forcesUnitAccess ? FUA : Flags.NONE;
  }

  private void flushInstead(boolean fua) throws IOException {
    if (fua && !forcesUnitAccess) {
      flush();
    }
  }
}
