package nbdj.junit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/**
 * The changes that a disk has taken and not made durable.
 *
 * <p>Safe for use by many threads; no call blocks.
 */
final class WriteCache {
  /** A piece of a range: what a change has made of it, or as it is below the cache. */
  record Piece(long offset, long count, @Nullable Change change) {}

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** The most bytes that written data may take. */
  private final long limit;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  /** In the order in which they were taken. */
  private final List<Change> changes = new ArrayList<>();

  /** What is to be read instead of what is below, by offset; no two overlap. */
  private final NavigableMap<Long, Change> view = new TreeMap<>();

  private long last;
  private long held;
  private boolean cut;

  WriteCache(long limit) {
    this.limit = limit;
  }

  /** Take a write; the bytes are copied and the buffer consumed. */
  void write(ByteBuffer buffer, long offset) throws NbdException {
    int count = buffer.remaining();
    ByteBuffer bytes = ByteBuffer.allocate(count).put(buffer).flip().asReadOnlyBuffer();
    lock.lock();
    try {
      requirePower();
      if (held + count > limit) {
        throw new NbdException(
            NbdError.ENOMEM,
            ("more than %d MiB of writes were not flushed, and a crash could take them back only"
                    + " while they are in memory (flush more often, or use writeThrough())")
                .formatted(limit >> 20));
      }
      held += count;
      show(add(Change.Kind.WRITE, offset, count, bytes));
    } finally {
      lock.unlock();
    }
  }

  /** Take a change other than a write. */
  void change(Change.Kind kind, long offset, long count) throws NbdException {
    lock.lock();
    try {
      requirePower();
      Change change = add(kind, offset, count, NOTHING);
      if (kind != Change.Kind.TRIM) {
        show(change);
      }
    } finally {
      lock.unlock();
    }
  }

  private Change add(Change.Kind kind, long offset, long count, ByteBuffer bytes) {
    Change change = new Change(++last, kind, offset, count, bytes);
    changes.add(change);
    return change;
  }

  private void show(Change change) {
    hide(change.offset(), change.end());
    view.put(change.offset(), change);
  }

  /** Take a range out of the view. */
  private void hide(long from, long to) {
    Map.Entry<Long, Change> before = view.lowerEntry(from);
    List<Change> touched = new ArrayList<>(view.subMap(from, to).values());
    if (before != null && before.getValue().end() > from) {
      touched.add(before.getValue());
    }
    for (Change change : touched) {
      view.remove(change.offset());
      outside(change, from, to, part -> view.put(part.offset(), part));
    }
  }

  private static void outside(Change change, long from, long to, Consumer<Change> parts) {
    if (change.offset() < from) {
      parts.accept(change.part(change.offset(), Math.min(from, change.end())));
    }
    if (change.end() > to) {
      parts.accept(change.part(Math.max(to, change.offset()), change.end()));
    }
  }

  /** Get what a range is made of, in order. */
  List<Piece> pieces(long offset, long count) throws NbdException {
    List<Piece> pieces = new ArrayList<>();
    long end = offset + count;
    lock.lock();
    try {
      requirePower();
      long at = offset;
      Map.Entry<Long, Change> entry = view.floorEntry(offset);
      if (entry == null || entry.getValue().end() <= offset) {
        entry = view.higherEntry(offset);
      }
      while (entry != null && entry.getKey() < end) {
        Change change = entry.getValue();
        if (change.offset() > at) {
          pieces.add(new Piece(at, change.offset() - at, null));
          at = change.offset();
        }
        Change part = change.part(at, Math.min(end, change.end()));
        pieces.add(new Piece(at, part.count(), part));
        at = part.end();
        entry = view.higherEntry(change.offset());
      }
      if (at < end) {
        pieces.add(new Piece(at, end - at, null));
      }
      return pieces;
    } finally {
      lock.unlock();
    }
  }

  /** Get all changes, in order. */
  List<Change> changes() throws NbdException {
    lock.lock();
    try {
      requirePower();
      return List.copyOf(changes);
    } finally {
      lock.unlock();
    }
  }

  /** Forget the changes up to a number: they have been made below, and are durable. */
  void forget(long number) {
    lock.lock();
    try {
      changes.removeIf(change -> change.number() <= number);
      view.values().removeIf(change -> change.number() <= number);
      count();
    } finally {
      lock.unlock();
    }
  }

  /** Forget what changes did to a range: it has been written below, and is durable. */
  void forget(long offset, long count) {
    long end = offset + count;
    lock.lock();
    try {
      List<Change> old = List.copyOf(changes);
      changes.clear();
      for (Change change : old) {
        if (change.offset() < end && change.end() > offset) {
          outside(change, offset, end, changes::add);
        } else {
          changes.add(change);
        }
      }
      hide(offset, end);
      count();
    } finally {
      lock.unlock();
    }
  }

  private void count() {
    held = changes.stream().mapToLong(change -> change.bytes().remaining()).sum();
  }

  /** Lose everything, get what it was, and fail from now on. */
  List<Change> cut() {
    lock.lock();
    try {
      cut = true;
      List<Change> lost = List.copyOf(changes);
      changes.clear();
      view.clear();
      return lost;
    } finally {
      lock.unlock();
    }
  }

  private void requirePower() throws NbdException {
    if (cut) {
      throw new NbdException(NbdError.ESHUTDOWN, "the disk has no power");
    }
  }
}
