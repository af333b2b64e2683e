package nbdj.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import nbdj.api.ConfigException;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.ReadSink;
import nbdj.api.WriteSource;

/**
 * A disk that is one piece of memory, all of it had from the system at the start.
 *
 * <p>It needs no lock: memory is never moved and given back only when no handle is left.
 */
final class ContiguousStore implements Store {
  /** From this many bytes on, memory is lent to the server and not copied. */
  private static final int LEND = 32 << 10;

  /** The most bytes in one piece of an answer. */
  private static final int PIECE = 64 << 20;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;

  /**
   * Make a disk of zeroes.
   *
   * @param size its size in bytes
   * @param available tells how many bytes the system can still give
   * @throws ConfigException if there is not that much memory
   */
  ContiguousStore(long size, LongSupplier available) throws ConfigException {
    MemorySegment allocated = null;
    try {
      long left = available.getAsLong();
      if (size > left - PagePool.RESERVE) {
        throw tooLarge(size, "%d are available".formatted(Math.max(0, left - PagePool.RESERVE)));
      }
      allocated = arena.allocate(Math.max(1, size), 4096).asSlice(0, size);
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      ConfigException failure = tooLarge(size, "the system does not give them");
      failure.initCause(e);
      throw failure;
    } finally {
      if (allocated == null) {
        arena.close();
      }
    }
    memory = allocated;
  }

  @Override
  public long preferredBlock() {
    return 4096;
  }

  @Override
  public void read(ByteBuffer buffer, long offset) {
    MemorySegment target = MemorySegment.ofBuffer(buffer);
    MemorySegment.copy(memory, offset, target, 0, target.byteSize());
    buffer.position(buffer.limit());
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    if (count < LEND) {
      read(sink.buffer((int) count), offset);
      return;
    }
    for (long done = 0; done < count; ) {
      long length = Math.min(count - done, PIECE);
      ByteBuffer piece = memory.asSlice(offset + done, length).asByteBuffer().asReadOnlyBuffer();
      sink.bytes(piece, ContiguousStore::keep);
      done += length;
    }
  }

  @Override
  public void write(ByteBuffer buffer, long offset) {
    MemorySegment source = MemorySegment.ofBuffer(buffer);
    MemorySegment.copy(source, 0, memory, offset, source.byteSize());
  }

  @Override
  public void write(long offset, long count, WriteSource source) throws IOException {
    for (long done = 0; done < count; ) {
      long length = Math.min(count - done, PIECE);
      source.bytes(memory.asSlice(offset + done, length).asByteBuffer());
      done += length;
    }
  }

  @Override
  public void zero(long offset, long count, boolean mayFree) {
    memory.asSlice(offset, count).fill((byte) 0);
  }

  @Override
  public void extents(long offset, long count, boolean first, ExtentSink sink) throws IOException {
    sink.add(offset, count, ExtentType.DATA);
  }

  @Override
  public void close() {
    arena.close();
  }

  /** Do nothing when lent memory comes back: it stays until the end. */
  private static void keep() {}

  private static ConfigException tooLarge(long size, String reason) {
    return new ConfigException(
        "size=%d: allocator=malloc needs that many bytes of memory and %s (try allocator=sparse)"
            .formatted(size, reason));
  }
}
