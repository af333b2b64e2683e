package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One open of a regular file.
 *
 * <p>Safe for use by several threads. Whoever reads or overwrites a part of the file keeps those
 * waiting who change where that part lies, and the other way round; no other lock is held while the
 * device is used, except once for each part of the file's map when it is first read. Two writes to
 * one place at one time leave either, or some of both.
 *
 * <p>The file's length never changes. A write to space that the file has already is the write of
 * exactly its bytes; one to a hole allocates space. The file's time stamps change with its space,
 * and when the filesystem is closed. Offsets and lengths are in bytes; a range must lie inside the
 * file.
 *
 * @since 0.1
 */
public final class Ext4File implements Closeable {

  private final OpenFiles files;
  private final SharedFile shared;
  private final AtomicBoolean closed = new AtomicBoolean();

  Ext4File(OpenFiles files, SharedFile shared) {
    this.files = files;
    this.shared = shared;
  }

  /**
   * Return the file's length.
   *
   * @return 0 to 2^48
   */
  public long size() {
    return shared.size();
  }

  /**
   * Return the file's inode, the same for all paths that lead to it.
   *
   * @return 11 to 2^32 - 1
   */
  public long inode() {
    return shared.number();
  }

  /**
   * Tell whether the file may be written.
   *
   * @return true if there is no {@link #readOnlyReason}
   */
  public boolean writable() {
    return shared.readOnlyReason().isEmpty();
  }

  /**
   * Return why the file must not be written.
   *
   * @return one sentence without its full stop, or empty if the file is writable
   */
  public Optional<String> readOnlyReason() {
    return shared.readOnlyReason();
  }

  /**
   * Return why the file must not be written, whatever holds for the filesystem.
   *
   * @return one sentence without its full stop, or empty if there is no such reason
   */
  public Optional<String> obstacle() {
    return shared.obstacle();
  }

  /**
   * Show where a range of the file lies.
   *
   * @param visitor receives the pieces of the range in order
   * @throws Ext4Exception if the range is not inside the file, or its map is damaged
   * @throws IOException if the device cannot be read, or from the visitor
   */
  public void map(long offset, long length, RunVisitor visitor) throws IOException {
    open().map(offset, length, visitor);
  }

  /**
   * Show where a range of the file lies to a visitor that goes on looking there afterwards: as long
   * as the loan lasts, what lies there now is not replaced by what belongs to another file.
   *
   * @param visitor receives the pieces of the range in order
   * @return ends the loan, to be run by any thread; more than once does no harm. Space that is
   *     given up meanwhile is not used again before
   * @throws Ext4Exception if the range is not inside the file, or its map is damaged
   * @throws IOException if the device cannot be read, or from the visitor; nothing is lent then
   */
  public Runnable lend(long offset, long length, RunVisitor visitor) throws IOException {
    return open().lend(offset, length, visitor);
  }

  /**
   * Read a range.
   *
   * @param dst takes {@code dst.remaining()} bytes; full when the call returns
   * @throws Ext4Exception if the range is not inside the file, or its map is damaged
   * @throws IOException if the device cannot be read
   */
  public void read(ByteBuffer dst, long offset) throws IOException {
    open().read(dst, offset);
  }

  /**
   * Write a range. Space is allocated for what has none; if there is not enough for all of it,
   * nothing is written.
   *
   * @param src gives {@code src.remaining()} bytes; empty when the call returns
   * @param fua whether the bytes must be durable before the call returns
   * @throws Ext4Exception if the range is not inside the file, the file is read-only, its map is
   *     damaged, there is no space, or space would have to be allocated and may not be
   * @throws IOException if the device cannot be read or written
   */
  public void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    open().write(src, offset, fua);
  }

  /**
   * Make a range read as zeroes.
   *
   * @param mayHole whether to give up the space of whole clusters in the range; if not, all of the
   *     range has space of its own afterwards
   * @param fua whether the zeroes must be durable before the call returns
   * @throws Ext4Exception if the range is not inside the file, the file is read-only, its map is
   *     damaged, there is no space, or space would have to be allocated and may not be
   * @throws IOException if the device cannot be read or written
   */
  public void zero(long offset, long length, boolean mayHole, boolean fua) throws IOException {
    open().zero(offset, length, mayHole, false, fua);
  }

  /**
   * Make a range read as zeroes as {@link #zero} does, if that is faster than writing them: if no
   * data has to be written, but for less than two clusters at either end.
   *
   * @throws Ext4Exception as from {@link #zero}, and of kind {@link
   *     Ext4Exception.Kind#NOT_SUPPORTED} if it would not be fast; nothing has been changed then
   */
  public void zeroFast(long offset, long length, boolean mayHole, boolean fua) throws IOException {
    open().zero(offset, length, mayHole, true, fua);
  }

  /**
   * Give up the space of a range, as far as it is whole clusters. This is advice: what is given up
   * reads as zeroes afterwards, the rest as before. Nothing is given up where metadata may not be
   * changed.
   *
   * @throws Ext4Exception if the range is not inside the file, the file is read-only, or its map is
   *     damaged
   * @throws IOException if the device cannot be read or written
   */
  public void trim(long offset, long length) throws IOException {
    open().trim(offset, length, false);
  }

  /**
   * Give up the space of a range as {@link #trim(long, long)} does.
   *
   * @param fua whether that must be durable before the call returns
   */
  public void trim(long offset, long length, boolean fua) throws IOException {
    open().trim(offset, length, fua);
  }

  /**
   * Make every completed write, zero and trim durable, of whichever file of the filesystem.
   *
   * @throws IOException from the device; the filesystem is read-only from then on
   */
  public void flush() throws IOException {
    open().flush();
  }

  private SharedFile open() {
    if (closed.get()) {
      throw new IllegalStateException("file is closed");
    }
    return shared;
  }

  /** Give up this open; others of the same file go on. Nothing is flushed. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      files.release(shared);
    }
  }
}
