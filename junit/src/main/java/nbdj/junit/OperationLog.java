package nbdj.junit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.Flags;

/**
 * What clients asked of a disk, and what came of it, as they see it: outside of all filters and
 * injected faults. Operations stand in the order in which they began.
 *
 * <p>It keeps the last {@value #MOST} operations and counts all. Safe for use by many threads.
 *
 * @since 0.1
 */
public final class OperationLog {
  /** How many operations are kept. */
  static final int MOST = 10_000;

  /** How many of them {@link #toString} shows. */
  static final int SHOWN = 100;

  /** Something that happened to the disk after an operation had begun. */
  private record Note(long after, String text) {}

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Deque<LogEntry> entries = new ArrayDeque<>();
  private final List<Note> notes = new ArrayList<>();
  private Map<Operation, LongAdder> begun = counters();
  private Map<Operation, LongAdder> failed = counters();
  private long last;
  private int clients;

  OperationLog() {}

  private static Map<Operation, LongAdder> counters() {
    Map<Operation, LongAdder> counters = new EnumMap<>(Operation.class);
    for (Operation operation : Operation.values()) {
      counters.put(operation, new LongAdder());
    }
    return counters;
  }

  private static LongAdder counter(Map<Operation, LongAdder> counters, Operation operation) {
    return counters.getOrDefault(operation, new LongAdder());
  }

  /** Get all operations that are kept. */
  public List<LoggedOperation> operations() {
    lock.lock();
    try {
      return entries.stream().map(LogEntry::now).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Get the operations of a kind that are kept. */
  public List<LoggedOperation> operations(Operation kind) {
    return operations().stream().filter(operation -> operation.operation() == kind).toList();
  }

  /** Get how many operations of a kind have begun. */
  public long count(Operation kind) {
    lock.lock();
    try {
      return counter(begun, kind).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Get how many operations of a kind have failed. */
  public long failures(Operation kind) {
    lock.lock();
    try {
      return counter(failed, kind).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Forget everything. */
  public void clear() {
    lock.lock();
    try {
      entries.clear();
      notes.clear();
      // New ones: what began before may still end.
      begun = counters();
      failed = counters();
      last = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Give a client its number. */
  int newClient() {
    lock.lock();
    try {
      return ++clients;
    } finally {
      lock.unlock();
    }
  }

  /** Number the clients from 1 again. */
  void forgetClients() {
    lock.lock();
    try {
      clients = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Log an operation that begins. */
  LogEntry begin(int client, Operation operation, long offset, long count, Flags flags) {
    lock.lock();
    try {
      counter(begun, operation).increment();
      LogEntry entry =
          new LogEntry(
              new LoggedOperation(
                  ++last, client, operation, offset, count, flags, true, Optional.empty()),
              counter(failed, operation));
      entries.add(entry);
      if (entries.size() > MOST) {
        entries.remove();
      }
      return entry;
    } finally {
      lock.unlock();
    }
  }

  /** Log something that happens to the disk. */
  void note(String text) {
    lock.lock();
    try {
      notes.add(new Note(last, text));
    } finally {
      lock.unlock();
    }
  }

  /** Show the last operations, a line each, with crashes and the like between them. */
  @Override
  public String toString() {
    lock.lock();
    try {
      StringBuilder lines = new StringBuilder();
      long first = Math.max(1, last - SHOWN + 1);
      if (first > 1) {
        lines.append("(%d operations before)%n".formatted(first - 1));
      }
      List<Note> left = new ArrayList<>(notes);
      for (LogEntry entry : entries) {
        LoggedOperation operation = entry.now();
        if (operation.number() >= first) {
          notesBefore(operation.number(), left, lines);
          lines.append("%s%n".formatted(operation));
        }
      }
      notesBefore(Long.MAX_VALUE, left, lines);
      return lines.toString();
    } finally {
      lock.unlock();
    }
  }

  private static void notesBefore(long number, List<Note> left, StringBuilder lines) {
    while (!left.isEmpty() && left.getFirst().after() < number) {
      lines.append("      -- %s%n".formatted(left.removeFirst().text()));
    }
  }
}
