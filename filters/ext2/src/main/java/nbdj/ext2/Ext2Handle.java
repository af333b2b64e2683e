package nbdj.ext2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.FilterHandle;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.ext4.Ext4Exception;
import nbdj.ext4.Ext4File;
import nbdj.ext4.Ext4FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * One connection's hold on a file inside the filesystem.
 *
 * <p>The file is found in {@link #prepare}; from then to {@link #finalize} the connection is lent
 * the handle that the filesystem lies on. Reads map to runs of that handle, so nothing is copied
 * here.
 */
final class Ext2Handle implements FilterHandle {
  private final Ext4FileSystem fileSystem;

  /** The filter's handle of the layer below, lent to the connection. */
  private final Next shared;

  /** Absolute path of the file inside the filesystem. */
  private final String path;

  private final boolean trims;

  /** The file, from {@link #prepare} on. */
  private @Nullable Ext4File file;

  /**
   * Make a handle of a file that is found later.
   *
   * @param trims whether the file may give up blocks
   */
  Ext2Handle(Ext4FileSystem fileSystem, Next shared, String path, boolean trims) {
    this.trims = trims;
    this.fileSystem = fileSystem;
    this.shared = shared;
    this.path = path;
  }

  @Override
  public void prepare(Context context) throws IOException {
    try {
      file = fileSystem.file(path);
    } catch (Ext4Exception e) {
      throw Failures.of(e);
    }
    if (context.setNext(shared) != null) {
      throw new IllegalStateException("the connection had a next layer before prepare");
    }
  }

  @Override
  public void finalize(Context context) {
    if (!shared.equals(context.setNext(null))) {
      throw new IllegalStateException("the connection lost the shared layer before finalize");
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  @Override
  public long size(Next next) {
    return file().size();
  }

  @Override
  public Optional<String> description(Next next) throws IOException {
    return next.description()
        .map(below -> "embedded '%s' from within ext2 image: %s".formatted(path, below));
  }

  @Override
  public BlockSize blockSize(Next next) throws IOException {
    BlockSize below = next.blockSize();
    int block = fileSystem.facts().blockSize();
    // Blocks of the file are blocks of the layer, so alignment up to their size carries over.
    return new BlockSize(
        Math.min(below.minimum(), block), Math.max(block, below.minimum()), BlockSize.UNLIMITED);
  }

  @Override
  public boolean canWrite(Next next) {
    return file().writable();
  }

  @Override
  public Support canZero(Next next) {
    return file().writable() ? Support.NATIVE : Support.NONE;
  }

  /** The filesystem tells for each range whether it has to write. */
  @Override
  public boolean canFastZero(Next next) {
    return file().writable();
  }

  /** Trimming changes what the file has of the filesystem, which is more than data over data. */
  @Override
  public boolean canTrim(Next next) {
    return trims && file().writable();
  }

  @Override
  public boolean canExtents(Next next) {
    return true;
  }

  @Override
  public Support canFua(Next next) throws IOException {
    return next.canFua().available() ? Support.NATIVE : Support.NONE;
  }

  /** One filesystem on one handle: a flush on any connection covers all. */
  @Override
  public boolean canMultiConn(Next next) {
    return true;
  }

  @Override
  public Support canCache(Next next) throws IOException {
    return next.canCache().available() ? Support.NATIVE : Support.NONE;
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    try {
      Runnable end = file().lend(offset, count, new ReadRuns(next, sink));
      // What the layer below has lent is sent later, when the file may have given up its blocks.
      sink.bytes(ByteBuffer.allocate(0), end);
    } catch (Ext4Exception e) {
      throw Failures.of(e);
    }
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    try {
      file().write(buffer, offset, flags.has(Flag.FUA));
    } catch (Ext4Exception e) {
      throw Failures.of(e);
    }
  }

  @Override
  public void flush(Next next) throws IOException {
    try {
      file().flush();
    } catch (Ext4Exception e) {
      // A filesystem that has become read-only has lost what was to be flushed.
      throw new NbdException(NbdError.EIO, Objects.requireNonNull(e.getMessage()), e);
    }
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    boolean mayHole = flags.has(Flag.MAY_TRIM);
    boolean durable = flags.has(Flag.FUA);
    try {
      if (flags.has(Flag.FAST_ZERO)) {
        file().zeroFast(offset, count, mayHole, durable);
      } else {
        file().zero(offset, count, mayHole, durable);
      }
    } catch (Ext4Exception e) {
      throw Failures.of(e);
    }
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    try {
      file().trim(offset, count, flags.has(Flag.FUA));
    } catch (Ext4Exception e) {
      throw Failures.of(e);
    }
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    try {
      ExtentRuns runs = new ExtentRuns(offset, sink);
      file().map(offset, count, runs);
      runs.finish();
    } catch (Ext4Exception e) {
      throw Failures.of(e);
    }
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    try {
      file().map(offset, count, new CacheRuns(next));
    } catch (Ext4Exception e) {
      throw Failures.of(e);
    }
  }

  private Ext4File file() {
    if (file == null) {
      throw new IllegalStateException("used before prepare");
    }
    return file;
  }
}
