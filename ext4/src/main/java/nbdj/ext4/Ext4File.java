package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One open of a regular file.
 *
 * <p>Safe for use by several threads. No lock is held while the device is used, except once for
 * each part of the file's map when it is first read. Two writes to one place at one time leave
 * either, or some of both.
 *
 * <p>The file's length never changes and neither do its time stamps: a write is the write of
 * exactly its bytes to blocks that the file already has. Offsets and lengths are in bytes; a range
 * must lie inside the file.
 *
 * @since 0.1
 */
public final class Ext4File implements Closeable {

  private final Ext4FileSystem filesystem;
  private final SharedFile shared;
  private final AtomicBoolean closed = new AtomicBoolean();

  Ext4File(Ext4FileSystem filesystem, SharedFile shared) {
    this.filesystem = filesystem;
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
   * Tell whether the file may be written, as far as its blocks allow.
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
   * Overwrite a range. Nothing is written unless the whole range has blocks.
   *
   * @param src gives {@code src.remaining()} bytes; empty when the call returns
   * @param fua whether the bytes must be durable before the call returns
   * @throws Ext4Exception if the range is not inside the file, the file is read-only, its map is
   *     damaged, or blocks would have to be allocated
   * @throws IOException if the device cannot be read or written
   */
  public void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    open().write(src, offset, fua);
  }

  /**
   * Make a range read as zeroes. Blocks that hold data are zeroed in place; what reads as zeroes
   * already is left as it is.
   *
   * @param mayHole whether parts of the range may be left without space of their own
   * @param fua whether the zeroes must be durable before the call returns
   * @throws Ext4Exception if the range is not inside the file, the file is read-only, its map is
   *     damaged, or blocks would have to be allocated
   * @throws IOException if the device cannot be read or written
   */
  public void zero(long offset, long length, boolean mayHole, boolean fua) throws IOException {
    open().zero(offset, length, mayHole, fua);
  }

  /**
   * Give up the content of a range. This is advice, and for now none is taken: giving up blocks
   * would change metadata.
   *
   * @throws Ext4Exception if the range is not inside the file or the file is read-only
   */
  public void trim(long offset, long length) throws IOException {
    open().trim(offset, length);
  }

  /**
   * Make every completed write and zero durable, of whichever file of the filesystem.
   *
   * @throws IOException from the device
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
      filesystem.release(shared);
    }
  }
}
