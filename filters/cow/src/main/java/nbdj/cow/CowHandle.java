package nbdj.cow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.FilterHandle;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/**
 * An export as one client sees it: what was written over what is below.
 *
 * <p>What is written is lost with the server, so there is nothing that flush and FUA could do.
 */
final class CowHandle implements FilterHandle {
  /** The most bytes that are copied at once. */
  private static final int PART = 1 << 20;

  private final Overlays.Borrowed borrowed;
  private final Overlay overlay;
  private final int blockSize;
  private final BooleanSupplier onRead;
  private final boolean onCache;

  CowHandle(Overlays.Borrowed borrowed, BooleanSupplier onRead, boolean onCache) {
    this.borrowed = borrowed;
    this.overlay = borrowed.overlay();
    this.blockSize = overlay.blockSize();
    this.onRead = onRead;
    this.onCache = onCache;
  }

  @Override
  public void close() {
    borrowed.close();
  }

  @Override
  public long size(Next next) throws IOException {
    return next.size();
  }

  @Override
  public Optional<String> description(Next next) throws IOException {
    return next.description();
  }

  @Override
  public BlockSize blockSize(Next next) throws IOException {
    BlockSize below = next.blockSize();
    return new BlockSize(
        below.minimum(), Math.max(below.preferred(), blockSize), BlockSize.UNLIMITED);
  }

  @Override
  public boolean canWrite(Next next) {
    return true;
  }

  @Override
  public boolean canFlush(Next next) {
    return true;
  }

  @Override
  public Support canFua(Next next) {
    return Support.NATIVE;
  }

  @Override
  public boolean canTrim(Next next) {
    return true;
  }

  @Override
  public Support canZero(Next next) {
    return Support.NATIVE;
  }

  @Override
  public boolean canFastZero(Next next) {
    return true;
  }

  @Override
  public boolean canExtents(Next next) {
    return true;
  }

  @Override
  public boolean canMultiConn(Next next) {
    return true;
  }

  @Override
  public Support canCache(Next next) throws IOException {
    return onCache ? Support.NATIVE : next.canCache().passedOn();
  }

  /** Get how many bytes of a range are in the run that it begins in. */
  private long within(Run run, long offset, long count) {
    long blocks = (offset % blockSize + count - 1) / blockSize + 1;
    return run.count() >= blocks ? count : run.count() * blockSize - offset % blockSize;
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    long end = offset + count;
    for (long at = offset; at < end; ) {
      Run run = overlay.run(at / blockSize);
      long length = within(run, at, end - at);
      switch (run.kind()) {
        case ZERO, HOLE -> sink.zeroes(length);
        case BELOW -> {
          if (onRead.getAsBoolean()) {
            length = keep(next, run, at, Math.min(length, PART), sink);
          } else {
            next.read(at, length, sink);
          }
        }
        case DATA -> {
          length = overlay.read(at, (int) Math.min(length, PART), sink);
        }
      }
      at += length;
    }
  }

  /** Read bytes from below, keep their blocks, and get how many bytes that were. */
  private long keep(Next next, Run run, long offset, long count, ReadSink sink) throws IOException {
    int inBlock = (int) (offset % blockSize);
    int blocks = Math.max(1, (int) Math.min((inBlock + count) / blockSize, run.count()));
    ByteBuffer bytes = keep(next, run.first(), blocks);
    long length = Math.min(count, (long) blocks * blockSize - inBlock);
    sink.bytes(bytes.slice(inBlock, (int) length));
    return length;
  }

  /** Keep blocks that nobody has changed, and get what is below. */
  private ByteBuffer keep(Next next, long first, int blocks) throws IOException {
    ByteBuffer bytes = overlay.below(next, first, blocks, next.size());
    for (int i = 0; i < blocks; i++) {
      overlay.storeIfStill(bytes.slice(i * blockSize, blockSize), first + i, Kind.BELOW);
    }
    return bytes;
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    overlay.write(next, buffer, offset, next.size());
  }

  @Override
  public void flush(Next next) {}

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    zeroBlocks(Parts.of(offset, count, next.size(), blockSize), Kind.HOLE);
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    long size = next.size();
    Parts parts = Parts.of(offset, count, size, blockSize);
    if (flags.has(Flag.FAST_ZERO) && (parts.head() > 0 || parts.tail() > 0)) {
      throw new NbdException(
          NbdError.ENOTSUP, "zeroing parts of blocks of %d bytes is not fast".formatted(blockSize));
    }
    writeZeroes(next, offset, parts.head(), size);
    zeroBlocks(parts, flags.has(Flag.MAY_TRIM) ? Kind.HOLE : Kind.ZERO);
    writeZeroes(next, offset + count - parts.tail(), parts.tail(), size);
  }

  private void zeroBlocks(Parts parts, Kind kind) {
    if (parts.blocks() > 0) {
      overlay.zero(parts.firstBlock(), parts.blocks(), kind);
    }
  }

  /** Write zeroes to a part of a block, unless they are there. */
  private void writeZeroes(Next next, long offset, int count, long size) throws IOException {
    if (count > 0 && !overlay.run(offset / blockSize).kind().readsAsZeroes()) {
      overlay.write(next, ByteBuffer.allocate(count), offset, size);
    }
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    long end = offset + count;
    long at = offset;
    do {
      Run run = overlay.run(at / blockSize);
      long length = within(run, at, end - at);
      switch (run.kind()) {
        case BELOW -> next.extents(at, length, flags, sink);
        case DATA -> sink.add(at, length, ExtentType.DATA);
        case ZERO -> sink.add(at, length, ExtentType.ZERO);
        case HOLE -> sink.add(at, length, ExtentType.HOLE_ZERO);
      }
      at += length;
    } while (at < end && !flags.has(Flag.REQ_ONE));
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    long end = offset + count;
    for (long at = offset; at < end; ) {
      Run run = overlay.run(at / blockSize);
      long length = within(run, at, end - at);
      if (run.kind() == Kind.BELOW && onCache) {
        length = Math.min(length, blockSize - at % blockSize);
        keep(next, run.first(), 1);
      } else if (run.kind() == Kind.BELOW) {
        next.cache(at, length);
      }
      at += length;
    }
  }
}
