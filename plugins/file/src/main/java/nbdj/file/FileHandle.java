package nbdj.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.api.WriteSource;
import org.jspecify.annotations.Nullable;

/** An open export: a file. */
final class FileHandle implements PluginHandle {
  /** From this many bytes on, the server is given a range of the file and not a copy. */
  private static final int LEND = 32 << 10;

  private final OpenFile file;
  private final FileChannel channel;

  /** The size in bytes when the file was opened. */
  private final long size;

  /** The device, {@code null} for a regular file. */
  private final @Nullable BlockDevice device;

  /** What keeps the page cache clean, {@code null} if it is used as ever. */
  private final @Nullable CacheEviction eviction;

  /** There may be more than the portable way to do things. */
  private final boolean isNative;

  private final Extents extents;
  private final Zeroing zeroing;

  FileHandle(OpenFile file, boolean evicting, boolean isNative) throws IOException {
    this.file = file;
    channel = file.channel();
    size = channel.size();
    device = file.isBlockDevice() ? BlockDevice.of(file.path()) : null;
    eviction = evicting ? new CacheEviction(file) : null;
    this.isNative = isNative;
    extents = new Extents(file);
    zeroing = new Zeroing(file, device == null ? 1 : device.sectorSize());
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public BlockSize blockSize() throws IOException {
    return device == null ? BlockSize.UNKNOWN : device.blockSize();
  }

  @Override
  public boolean canWrite() {
    return file.isWritable();
  }

  @Override
  public boolean canFlush() {
    return true;
  }

  @Override
  public boolean canTrim() {
    return isNative;
  }

  @Override
  public boolean canZero() {
    return isNative;
  }

  /** Tell that a fast zero is never done by writing: see {@link Zeroing}. */
  @Override
  public boolean canFastZero() {
    return true;
  }

  @Override
  public boolean canExtents() {
    return isNative;
  }

  @Override
  public Support canFua() {
    return Support.NATIVE;
  }

  @Override
  public boolean canMultiConn() {
    return true;
  }

  @Override
  public Support canCache() {
    return isNative ? Support.NATIVE : Support.EMULATE;
  }

  @Override
  public boolean isRotational() throws IOException {
    return device != null && device.isRotational();
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    int count = buffer.remaining();
    long at = offset;
    try {
      while (buffer.hasRemaining()) {
        int done = channel.read(buffer, at);
        if (done < 0) {
          throw shrunk();
        }
        at += done;
      }
      if (eviction != null) {
        eviction.afterRead(offset, count);
      }
    } catch (IOException e) {
      throw Errno.failure("read", file.path(), e);
    }
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    if (count < LEND || eviction != null) {
      PluginHandle.super.read(offset, count, sink);
      return;
    }
    // What the server cannot send after it has begun to answer would cost the whole connection.
    if (channel.size() < offset + count) {
      throw Errno.failure("read", file.path(), shrunk());
    }
    sink.file(channel, offset, count);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    int count = buffer.remaining();
    long at = offset;
    try {
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
      finishWrite(offset, count, flags);
    } catch (IOException e) {
      throw Errno.failure("write", file.path(), e);
    }
  }

  @Override
  public void write(long offset, long count, WriteSource source, Flags flags) throws IOException {
    try {
      source.file(channel, offset, count);
      finishWrite(offset, count, flags);
    } catch (NbdException e) {
      throw e;
    } catch (IOException e) {
      throw Errno.failure("write", file.path(), e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw Errno.failure("flush", file.path(), e);
    }
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    zeroing.trim(offset, count);
    force(flags);
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    if (!zeroing.zero(offset, count, flags)) {
      throw new NbdException(
          NbdError.ENOTSUP, "%s cannot be zeroed but by writing".formatted(file.path()));
    }
    force(flags);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    extents.tell(offset, count, flags.has(Flag.REQ_ONE), sink);
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    file.control().prefetch(offset, count);
  }

  @Override
  public void close() throws IOException {
    try (file) {
      if (eviction != null) {
        eviction.finish();
      }
    }
  }

  private void finishWrite(long offset, long count, Flags flags) throws IOException {
    force(flags);
    if (eviction != null) {
      eviction.afterWrite(offset, count);
    }
  }

  private void force(Flags flags) throws IOException {
    if (flags.has(Flag.FUA)) {
      flush();
    }
  }

  private IOException shrunk() {
    return new IOException("the file is smaller than it was when it was opened");
  }
}
