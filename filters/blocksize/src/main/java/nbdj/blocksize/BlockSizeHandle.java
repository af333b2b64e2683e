package nbdj.blocksize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import nbdj.api.BlockSize;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Window;
import org.jspecify.annotations.Nullable;

/**
 * The export as one client sees it, who may send what it likes.
 *
 * <p>A request is parted into whole blocks and what hangs over at both ends. Blocks pass on; a part
 * of a block is read with its block, and written by reading the block, changing it and writing it
 * again. Meanwhile nobody else changes that block: a write holds the blocks it touches.
 */
final class BlockSizeHandle extends Window {
  private final OptionalLong minBlock;
  private final OptionalLong maxData;
  private final OptionalLong maxLength;
  private final RangeLock lock;

  /** From {@link #prepare} on. */
  private @Nullable Bounds bounds;

  BlockSizeHandle(
      OptionalLong minBlock, OptionalLong maxData, OptionalLong maxLength, RangeLock lock) {
    this.minBlock = minBlock;
    this.maxData = maxData;
    this.maxLength = maxLength;
    this.lock = lock;
  }

  @Override
  public void prepare(Context context) throws IOException {
    Next next = context.next();
    if (next == null) {
      throw new IllegalStateException("the connection lost the layer below before prepare");
    }
    Bounds found = Bounds.of(minBlock, maxData, maxLength, next.blockSize());
    long below = next.size();
    if (below > 0 && below < found.block()) {
      throw new NbdException(
          NbdError.EINVAL,
          "the disk of %d bytes is smaller than a block of %d (try --filter truncate round-up=%d)"
              .formatted(below, found.block(), found.block()));
    }
    bounds = found;
  }

  private Bounds bounds() {
    if (bounds == null) {
      throw new IllegalStateException("used before prepare");
    }
    return bounds;
  }

  @Override
  protected long start() {
    return 0;
  }

  @Override
  public long size(Next next) throws IOException {
    return bounds().floor(next.size());
  }

  @Override
  public Optional<String> description(Next next) throws IOException {
    return next.description();
  }

  @Override
  public BlockSize blockSize(Next next) throws IOException {
    // Any request will do; whole blocks cost least.
    long preferred = Math.max(next.blockSize().preferred(), bounds().block());
    return new BlockSize(1, preferred, BlockSize.UNLIMITED);
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    Bounds in = bounds();
    long end = offset + count;
    for (long at = offset; at < end; ) {
      long blockEnd = in.floor(at) + in.block();
      if (at % in.block() != 0 || blockEnd > end) {
        int length = (int) (Math.min(end, blockEnd) - at);
        ByteBuffer block = block(next, in.floor(at));
        sink.buffer(length).put(block.slice((int) (at % in.block()), length));
        at += length;
      } else {
        long length = Math.min(in.floor(end) - at, in.data());
        next.read(at, length, sink);
        at += length;
      }
    }
  }

  private ByteBuffer block(Next next, long offset) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(bounds().block());
    next.pread(block, offset);
    return block.flip();
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    Bounds in = bounds();
    long end = offset + buffer.remaining();
    try (RangeLock.Held _ = lock.hold(in.floor(offset), in.ceiling(end))) {
      for (long at = offset; at < end; ) {
        long blockEnd = in.floor(at) + in.block();
        boolean part = at % in.block() != 0 || blockEnd > end;
        int length =
            (int) (part ? Math.min(end, blockEnd) - at : Math.min(in.floor(end) - at, in.data()));
        ByteBuffer piece = buffer.slice(buffer.position(), length);
        if (part) {
          writePart(next, piece, at, flags);
        } else {
          next.pwrite(piece, at, flags);
        }
        buffer.position(buffer.position() + length);
        at += length;
      }
    }
  }

  /** Write a part of one block, which is held. */
  private void writePart(Next next, ByteBuffer piece, long offset, Flags flags) throws IOException {
    long start = bounds().floor(offset);
    ByteBuffer block = block(next, start);
    block.put((int) (offset - start), piece, piece.position(), piece.remaining());
    next.pwrite(block, start, flags);
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    Bounds in = bounds();
    long end = offset + count;
    long first = Math.min(in.ceiling(offset), end);
    long last = Math.max(in.floor(end), first);
    if (flags.has(Flag.FAST_ZERO) && (offset < first || last < end)) {
      throw new NbdException(
          NbdError.ENOTSUP,
          "zeroing parts of blocks of %d bytes is not fast".formatted(in.block()));
    }
    try (RangeLock.Held _ = lock.hold(in.floor(offset), in.ceiling(end))) {
      // The blocks first: their refusal of a fast zero must have changed nothing.
      zeroBlocks(next, first, last, flags);
      Flags writing = flags.without(Flag.MAY_TRIM);
      if (offset < first) {
        writePart(next, ByteBuffer.allocate((int) (first - offset)), offset, writing);
      }
      if (last < end) {
        writePart(next, ByteBuffer.allocate((int) (end - last)), last, writing);
      }
    }
  }

  private void zeroBlocks(Next next, long first, long last, Flags flags) throws IOException {
    Flags now = flags;
    for (long at = first; at < last; ) {
      long length = Math.min(last - at, bounds().length());
      next.zero(at, length, now);
      // Once a piece is done there is no way back.
      now = now.without(Flag.FAST_ZERO);
      at += length;
    }
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    Bounds in = bounds();
    long last = in.floor(offset + count);
    for (long at = in.ceiling(offset); at < last; ) {
      long length = Math.min(last - at, in.length());
      // A part of a block that is written meanwhile must not come back as it was.
      try (RangeLock.Held _ = lock.hold(at, at + length)) {
        next.trim(at, length, flags);
      }
      at += length;
    }
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    Bounds in = bounds();
    long first = in.floor(offset);
    long length = Math.min(in.ceiling(offset + count) - first, in.length());
    next.extents(
        first,
        length,
        // The first may lie in front of the range, where nobody asked.
        flags.without(Flag.REQ_ONE),
        (at, size, type) -> {
          if (at + size > offset) {
            sink.add(at, size, type);
          }
        });
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    Bounds in = bounds();
    long first = in.floor(offset);
    long length = Math.min(in.ceiling(offset + count) - first, in.length());
    next.metaExtents(
        context,
        first,
        length,
        // The first may lie in front of the range, where nobody asked.
        flags.without(Flag.REQ_ONE),
        (at, size, status) -> {
          if (at + size > offset) {
            sink.add(at, size, status);
          }
        });
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    Bounds in = bounds();
    long last = in.ceiling(offset + count);
    for (long at = in.floor(offset); at < last; ) {
      long length = Math.min(last - at, in.length());
      next.cache(at, length);
      at += length;
    }
  }
}
