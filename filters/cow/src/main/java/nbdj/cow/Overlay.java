package nbdj.cow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.cow.TemporaryFile.Slots;

/**
 * What was written to one export.
 *
 * <p>Safe for use by many threads. A slot of the temporary file is read and written under the
 * shared lock, and changes hands under the other, so nobody finds another block in it. The layer
 * below is called without any lock: a block that was made from it is put in place only if nobody
 * has put one there meanwhile.
 */
final class Overlay {
  private final TemporaryFile file;
  private final int blockSize;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  // Guarded by lock.
  private final BlockMap map = new BlockMap();

  Overlay(TemporaryFile file, int blockSize) {
    this.file = file;
    this.blockSize = blockSize;
  }

  int blockSize() {
    return blockSize;
  }

  /** Tell whether nothing was ever kept. */
  boolean isEmpty() {
    lock.readLock().lock();
    try {
      return map.isEmpty();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Get the run that a block is in now, from that block on. */
  Run run(long block) {
    lock.readLock().lock();
    try {
      return map.from(block);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Something that is done with a place in the temporary file. */
  private interface Transfer {
    void at(long position) throws IOException;
  }

  /**
   * Read bytes that are in the temporary file.
   *
   * @return how many: 0 if they are not there any more
   */
  int read(long offset, int count, ReadSink sink) throws IOException {
    boolean read = inPlace(offset, count, position -> file.read(sink.buffer(count), position));
    return read ? count : 0;
  }

  private boolean inPlace(long offset, int count, Transfer transfer) throws IOException {
    lock.readLock().lock();
    try {
      long block = offset / blockSize;
      Run run = map.from(block);
      long there = run.count() * blockSize - offset % blockSize;
      if (run.kind() != Kind.DATA || there < count) {
        return false;
      }
      transfer.at(run.slot() * blockSize + offset % blockSize);
      return true;
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Write bytes.
   *
   * @param next the layer below, read for those blocks of which only a part is written
   * @param size the size of the export in bytes
   */
  void write(Next next, ByteBuffer source, long offset, long size) throws IOException {
    for (long at = offset; source.hasRemaining(); ) {
      Run run = run(at / blockSize);
      int inBlock = (int) (at % blockSize);
      int count;
      if (run.kind() == Kind.DATA) {
        count = (int) Math.min(source.remaining(), run.count() * blockSize - inBlock);
        ByteBuffer piece = source.slice(source.position(), count);
        if (!inPlace(at, count, position -> file.write(piece, position))) {
          continue;
        }
      } else if (inBlock == 0 && reachesTheEndOfABlock(at, source.remaining(), size)) {
        count = writeBlocks(source, run);
      } else {
        count = Math.min(source.remaining(), blockSize - inBlock);
        ByteBuffer piece = source.slice(source.position(), count);
        if (!writePart(next, piece, at, size, run.kind())) {
          continue;
        }
      }
      source.position(source.position() + count);
      at += count;
    }
  }

  private boolean reachesTheEndOfABlock(long offset, long count, long size) {
    return count >= blockSize || offset + count == size;
  }

  /** Write blocks as a whole, as many as slots lie together, and get how many bytes that were. */
  private int writeBlocks(ByteBuffer source, Run run) throws IOException {
    int whole = source.remaining() / blockSize;
    if (whole == 0) {
      // The last block of an export whose size is no whole block.
      ByteBuffer block = ByteBuffer.allocate(blockSize);
      block.put(0, source, source.position(), source.remaining());
      store(block, run.first(), 1);
      return source.remaining();
    }
    return (int) store(source, run.first(), Math.min(whole, run.count())) * blockSize;
  }

  /** Keep blocks, whatever was there, and get how many. */
  private long store(ByteBuffer source, long block, long wanted) throws IOException {
    Slots slots = file.take(wanted);
    fill(slots, source.slice(source.position(), (int) slots.count() * blockSize));
    put(Run.data(block, slots.count(), slots.first()));
    return slots.count();
  }

  private void fill(Slots slots, ByteBuffer blocks) throws IOException {
    try {
      file.write(blocks, slots.first() * blockSize);
    } catch (IOException | RuntimeException | Error e) {
      file.giveBack(slots);
      throw e;
    }
  }

  /** Put a run in place, and give back the slots of what was there. */
  private void put(Run run) {
    lock.writeLock().lock();
    try {
      map.put(run, gone -> file.giveBack(new Slots(gone.slot(), gone.count())));
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Write a part of a block that is not kept yet.
   *
   * @param seen where the rest of the block is
   * @return whether it still was there; if not nothing was done
   */
  private boolean writePart(Next next, ByteBuffer piece, long offset, long size, Kind seen)
      throws IOException {
    long number = offset / blockSize;
    ByteBuffer block =
        seen == Kind.BELOW ? below(next, number, 1, size) : ByteBuffer.allocate(blockSize);
    block.put((int) (offset % blockSize), piece, 0, piece.remaining());
    return storeIfStill(block, number, seen);
  }

  /** Get blocks of the layer below, with zeroes behind its end. */
  ByteBuffer below(Next next, long block, int count, long size) throws IOException {
    long start = block * blockSize;
    ByteBuffer bytes = ByteBuffer.allocate(count * blockSize);
    bytes.limit((int) Math.min(bytes.capacity(), size - start));
    next.pread(bytes, start);
    return bytes.clear();
  }

  /**
   * Keep a block if it is where it was.
   *
   * @return whether it was
   */
  boolean storeIfStill(ByteBuffer bytes, long block, Kind seen) throws IOException {
    Slots slots = file.take(1);
    fill(slots, bytes);
    lock.writeLock().lock();
    try {
      if (map.from(block).kind() == seen) {
        map.put(Run.data(block, 1, slots.first()), gone -> {});
        return true;
      }
    } finally {
      lock.writeLock().unlock();
    }
    file.giveBack(slots);
    return false;
  }

  /** Make whole blocks read as zeroes. */
  void zero(long block, long count, Kind kind) {
    put(Run.of(block, count, kind));
  }
}
