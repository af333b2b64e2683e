package nbdj.junit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.ExtentSink;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/**
 * One export behind a {@link WriteCache}: what is below it is durable, what is in it can be lost.
 *
 * <p>A flush makes all changes below that were taken before, in their order; a change with FUA is
 * made below at once, itself alone. Where the layer below cannot flush every change is, because no
 * client could make one durable otherwise.
 *
 * <p>Safe for use by many threads. All clients share it, and its one handle of the layer below.
 */
final class Medium {
  private final Next next;
  private final boolean caching;
  private final WriteCache cache;

  /**
   * Held by whoever changes the layer below. Plain reads and changes do not need it, so a flush
   * that takes its time stops nobody but those who want durability too.
   */
  private final ReentrantLock below = new ReentrantLock();

  /**
   * Put a cache in front of a handle.
   *
   * @param next owned by the caller
   * @param limit the most bytes of unflushed writes, 0 to make every change durable at once
   */
  Medium(Next next, long limit) throws IOException {
    this.next = next;
    this.caching = limit > 0 && next.canFlush();
    this.cache = new WriteCache(limit);
  }

  Next next() {
    return next;
  }

  void read(long offset, long count, ReadSink sink) throws IOException {
    for (WriteCache.Piece piece : cache.pieces(offset, count)) {
      Change change = piece.change();
      if (change == null) {
        next.read(piece.offset(), piece.count(), sink);
      } else if (change.kind() == Change.Kind.WRITE) {
        sink.bytes(change.bytes().duplicate());
      } else {
        sink.zeroes(piece.count());
      }
    }
  }

  /** Read what clients see. */
  byte[] bytes(long offset, int count) throws IOException {
    requireInside(offset, count);
    ByteBuffer target = ByteBuffer.allocate(count);
    for (WriteCache.Piece piece : cache.pieces(offset, count)) {
      Change change = piece.change();
      if (change == null) {
        target.put(durable(piece.offset(), (int) piece.count()));
      } else if (change.kind() == Change.Kind.WRITE) {
        target.put(change.bytes().duplicate());
      } else {
        target.put(new byte[(int) piece.count()]);
      }
    }
    return target.array();
  }

  /** Read what a crash would leave. */
  byte[] durable(long offset, int count) throws IOException {
    requireInside(offset, count);
    ByteBuffer direct = ByteBuffer.allocateDirect(count);
    next.pread(direct, offset);
    byte[] bytes = new byte[count];
    direct.get(0, bytes);
    return bytes;
  }

  void write(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    if (isCached(flags)) {
      cache.write(buffer, offset);
    } else {
      int count = buffer.remaining();
      through(offset, count, () -> next.pwrite(buffer, offset, flags));
    }
  }

  void trim(long offset, long count, Flags flags) throws IOException {
    if (isCached(flags)) {
      cache.change(Change.Kind.TRIM, offset, count);
    } else {
      through(offset, count, () -> next.trim(offset, count, flags));
    }
  }

  void zero(long offset, long count, Flags flags) throws IOException {
    if (flags.has(Flag.FAST_ZERO) && next.canZero() != Support.NATIVE) {
      throw new NbdException(NbdError.ENOTSUP, "zeroing is not faster than writing here");
    }
    if (isCached(flags)) {
      boolean punch = flags.has(Flag.MAY_TRIM);
      cache.change(punch ? Change.Kind.PUNCH : Change.Kind.ZERO, offset, count);
    } else {
      through(offset, count, () -> next.zero(offset, count, flags));
    }
  }

  private boolean isCached(Flags flags) {
    return caching && !flags.has(Flag.FUA);
  }

  /** Makes a change below. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** Make a change below at once; what the cache holds of its range is older. */
  private void through(long offset, long count, Step change) throws IOException {
    below.lock();
    try {
      cache.changes();
      change.run();
      cache.forget(offset, count);
    } finally {
      below.unlock();
    }
  }

  void flush() throws IOException {
    below.lock();
    try {
      List<Change> changes = cache.changes();
      for (Change change : changes) {
        change.make(next);
      }
      next.flush();
      if (!changes.isEmpty()) {
        cache.forget(changes.getLast().number());
      }
    } finally {
      below.unlock();
    }
  }

  void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    for (WriteCache.Piece piece : cache.pieces(offset, count)) {
      long end = piece.offset() + piece.count();
      long[] told = {piece.offset()};
      Change change = piece.change();
      if (change != null) {
        sink.add(piece.offset(), piece.count(), change.kind().type());
        told[0] = end;
      } else {
        next.extents(
            piece.offset(),
            piece.count(),
            flags,
            (at, length, type) -> {
              sink.add(at, length, type);
              told[0] = at + length;
            });
      }
      if (told[0] < end || flags.has(Flag.REQ_ONE)) {
        return;
      }
    }
  }

  /** Write bytes so that a crash leaves them. */
  void put(byte[] bytes, long offset) throws IOException {
    requireInside(offset, bytes.length);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    through(offset, bytes.length, () -> next.pwrite(direct, offset, Flags.NONE));
  }

  private void requireInside(long offset, int count) throws IOException {
    if (offset < 0 || count < 1 || count > next.size() - offset) {
      throw new IllegalArgumentException(
          "%d bytes at %d are not inside the disk, which has %d (at least 1)"
              .formatted(count, offset, next.size()));
    }
  }

  /** Fail from now on, and leave below what a crash leaves. */
  Crash crash(Loss loss, long seed) throws IOException {
    below.lock();
    try {
      Survivors survivors = new Survivors(cache.cut(), loss, seed, next.exportName().hashCode());
      for (Change part : survivors.parts()) {
        part.make(next);
      }
      return survivors.crash();
    } finally {
      below.unlock();
    }
  }

  /** Tell how many changes a crash would take back. */
  int unflushed() throws IOException {
    return (int) cache.changes().stream().mapToLong(Change::number).distinct().count();
  }
}
