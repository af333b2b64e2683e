package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;

/**
 * One regular file, however many times it is open.
 *
 * <p>Safe for use by several threads. Nothing is kept of its data, and its map never changes, so
 * that every user sees every completed write.
 */
final class SharedFile {

  private final Volume volume;
  private final long number;
  private final FileContent content;
  private final WriteGate gate;

  /** Why this file must not be written, whatever holds for the filesystem. */
  private final Optional<String> ownReason;

  /** How many opens have not been closed; guarded by the filesystem's lock. */
  int users;

  SharedFile(Volume volume, Inode inode, WriteGate gate, MapBudget budget) throws Ext4Exception {
    this.volume = volume;
    this.number = inode.number;
    this.content = new FileContent(volume, inode, budget);
    this.gate = gate;
    this.ownReason = FeaturePolicy.readOnlyReason(inode);
  }

  long number() {
    return number;
  }

  long size() {
    return content.size();
  }

  Optional<String> readOnlyReason() {
    return gate.reason().or(() -> ownReason);
  }

  void map(long offset, long length, RunVisitor visitor) throws IOException {
    checkRange(offset, length);
    content.walk(offset, length, visitor);
  }

  void read(ByteBuffer dst, long offset) throws IOException {
    checkRange(offset, dst.remaining());
    content.walk(offset, dst.remaining(), new ContentReader(volume.device, dst));
  }

  void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    WriteCheck check = new WriteCheck(offset, content.isInline());
    change(
        offset,
        src.remaining(),
        fua,
        check,
        durable -> new ContentWriter(volume.device, src, durable));
  }

  void zero(long offset, long length, boolean mayHole, boolean fua) throws IOException {
    ZeroCheck check = new ZeroCheck(offset, mayHole);
    change(offset, length, fua, check, durable -> new ContentZeroer(volume.device, durable));
  }

  /**
   * Change the runs of a range, once all of it has been checked.
   *
   * @param change makes what changes each run, durably or not
   */
  private void change(
      long offset, long length, boolean fua, RangeCheck check, Function<Boolean, RunVisitor> change)
      throws IOException {
    checkRange(offset, length);
    checkWritable();
    content.walk(offset, length, check);
    // One run can be made durable by itself; for several, one flush behind them does it for all.
    boolean together = fua && check.runs() > 1;
    content.walk(offset, length, change.apply(fua && !together));
    if (together) {
      volume.device.flush();
    }
  }

  void trim(long offset, long length) throws IOException {
    checkRange(offset, length);
    checkWritable();
  }

  void flush() throws IOException {
    // Not only where this file is writable: a flush is for all files of the filesystem.
    if (!volume.device.readOnly()) {
      volume.device.flush();
    }
  }

  void release() {
    content.release();
  }

  private void checkRange(long offset, long length) throws Ext4Exception {
    if (offset < 0 || length < 0 || offset > size() - length) {
      throw new Ext4Exception(
          Ext4Exception.Kind.INVALID,
          "range of %d bytes at byte %d is not inside the file of %d"
              .formatted(length, offset, size()));
    }
  }

  private void checkWritable() throws Ext4Exception {
    gate.check();
    if (ownReason.isPresent()) {
      throw new Ext4Exception(Ext4Exception.Kind.READ_ONLY, ownReason.get());
    }
  }
}
