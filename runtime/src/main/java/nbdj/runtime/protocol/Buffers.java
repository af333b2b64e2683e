package nbdj.runtime.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/**
 * The direct buffers of one server, and the budget of its large requests.
 *
 * <p>Safe for use by many threads. Buffers given back are kept for the next loan up to a limit;
 * what is above it is left to the garbage collector.
 */
public final class Buffers {
  /** The smallest buffer made, in bytes. */
  private static final int SMALLEST = 16 << 10;

  /** How many bytes of idle buffers are kept at most. */
  private static final long KEPT = 64L << 20;

  /** How long a large request waits for its share of the budget before it fails. */
  private static final long WAIT_SECONDS = 30;

  private static final int KIB = 10;

  private final ReentrantLock lock = new ReentrantLock();

  /** Idle loans by size class: {@link #SMALLEST} times a power of two. Guarded by lock. */
  private final List<ArrayDeque<Loan>> idle = new ArrayList<>();

  /** How many bytes the idle loans have together. Guarded by lock. */
  private long idleBytes;

  /** What is left of the budget, in KiB. */
  private final Semaphore budget;

  private final int perConnection;

  /**
   * Make the buffers of a server.
   *
   * @param budget how many bytes the large requests of all connections may hold together; from 64
   *     MiB to 1 TiB
   * @param perConnection how many those of one connection may; from 64 MiB to the budget
   */
  public Buffers(long budget, long perConnection) {
    if (perConnection < Rules.MAX_PAYLOAD || perConnection > budget || budget > 1L << 40) {
      throw new IllegalArgumentException(
          "request memory of %d bytes, %d of it for one connection: must be from 64 MiB to 1 TiB,"
                  .formatted(budget, perConnection)
              + " and no less in all than for one");
    }
    this.budget = new Semaphore((int) (budget >> KIB));
    this.perConnection = (int) (perConnection >> KIB);
  }

  /** Make the share of one connection in the budget. */
  Share share() {
    return new Share(budget, new Semaphore(perConnection));
  }

  /**
   * Lend a buffer.
   *
   * @param size the least capacity, in bytes; already bounded by the caller
   * @throws NbdException with {@link NbdError#ENOMEM} if there is no memory
   */
  Loan lend(int size) throws NbdException {
    int order = orderOf(size);
    lock.lock();
    try {
      if (order < idle.size()) {
        Loan kept = idle.get(order).pollLast();
        if (kept != null) {
          idleBytes -= kept.bytes().capacity();
          return kept;
        }
      }
    } finally {
      lock.unlock();
    }
    try {
      return new Loan(this, ByteBuffer.allocateDirect(SMALLEST << order));
    } catch (OutOfMemoryError e) {
      throw new NbdException(NbdError.ENOMEM, "no memory for a buffer of " + size + " bytes", e);
    }
  }

  void takeBack(Loan loan) {
    int order = orderOf(loan.bytes().capacity());
    lock.lock();
    try {
      if (idleBytes + loan.bytes().capacity() > KEPT) {
        return;
      }
      while (idle.size() <= order) {
        idle.add(new ArrayDeque<>());
      }
      loan.bytes().clear();
      idle.get(order).addLast(loan);
      idleBytes += loan.bytes().capacity();
    } finally {
      lock.unlock();
    }
  }

  private static int orderOf(int size) {
    int blocks = (size + SMALLEST - 1) / SMALLEST;
    return blocks <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(blocks - 1);
  }

  /**
   * The share of one connection in the budget.
   *
   * <p>A request takes all it will need at once, so that none waits while it holds.
   */
  static final class Share {
    private final Semaphore all;
    private final Semaphore own;

    private Share(Semaphore all, Semaphore own) {
      this.all = all;
      this.own = own;
    }

    /**
     * Reserve memory, and wait while others hold it.
     *
     * @param bytes how much, at most 64 MiB
     * @throws NbdException with {@link NbdError#ENOMEM} after half a minute
     */
    void reserve(long bytes) throws NbdException {
      int units = units(bytes);
      if (!acquire(own, units)) {
        throw busy(bytes);
      }
      if (!acquire(all, units)) {
        own.release(units);
        throw busy(bytes);
      }
    }

    /** Give back what was reserved. */
    void release(long bytes) {
      all.release(units(bytes));
      own.release(units(bytes));
    }

    private static int units(long bytes) {
      return (int) ((bytes + (1 << KIB) - 1) >> KIB);
    }

    private static boolean acquire(Semaphore semaphore, int units) {
      boolean interrupted = false;
      try {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (true) {
          try {
            return semaphore.tryAcquire(units, end - System.nanoTime(), TimeUnit.NANOSECONDS);
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private static NbdException busy(long bytes) {
      return new NbdException(
          NbdError.ENOMEM, "no memory for a request of " + bytes + " bytes: others hold it");
    }
  }
}
