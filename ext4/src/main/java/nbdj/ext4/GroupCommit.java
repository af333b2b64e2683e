package nbdj.ext4;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Has transactions made durable, one after the other.
 *
 * <p>Whoever flushes or finds the running transaction full makes a round: it closes the transaction
 * and writes it with no lock held. Those who come meanwhile wait for the next round and share it.
 * After the first failure there are no more rounds.
 *
 * <p>Methods are called with the store's lock held, unless they say otherwise.
 */
final class GroupCommit implements CommitTimer.Schedule {

  private final StoreLock lock;
  private final Transactions transactions;
  private final Durability durability;
  private final CommitTimer timer;

  /** Whether a thread is using the device. */
  private boolean busy;

  /** When it last gave that up, as {@link System#nanoTime} has it. */
  private long quietSince;

  /** Number of the last flush that was asked for. */
  private long asked;

  /** Number of the last flush whose changes are durable. */
  private long durable;

  /** Number of the last flush whose actions have been done, too. */
  private long done;

  private Optional<IOException> failure = Optional.empty();

  /** Number of the last flush that was asked for before the failure. */
  private long askedBeforeFailure;

  private boolean closed;

  /**
   * Begin with nothing to do.
   *
   * @param interval after which changes are made durable though nobody asks; if there is none, they
   *     are not
   */
  GroupCommit(
      StoreLock lock,
      Transactions transactions,
      Durability durability,
      Optional<Duration> interval) {
    this.lock = lock;
    this.transactions = transactions;
    this.durability = durability;
    this.timer = new CommitTimer(lock, interval, this);
  }

  /**
   * Check that changes can still be made durable.
   *
   * @throws Ext4Exception if an attempt has failed
   */
  void checkUsable() throws Ext4Exception {
    if (failure.isPresent()) {
      throw readOnly();
    }
    if (closed) {
      throw new IllegalStateException("filesystem is closed");
    }
  }

  private Ext4Exception readOnly() {
    IOException cause = failure.orElseThrow();
    Ext4Exception exception =
        new Ext4Exception(
            Ext4Exception.Kind.READ_ONLY,
            "filesystem became read-only when writing failed (%s): open it again"
                .formatted(cause.getMessage()));
    exception.initCause(cause);
    return exception;
  }

  /** Make durable what has been changed and written before this call. */
  void flush() throws IOException {
    checkUsable();
    asked++;
    long number = asked;
    while (done < number) {
      if (failure.isPresent() && durable < number) {
        throw number <= askedBeforeFailure
            ? new IOException(failure.get().getMessage(), failure.get())
            : readOnly();
      }
      if (durable < number) {
        roundOrWait();
      } else {
        lock.await();
      }
    }
  }

  /** Return how many flushes have been asked for and have not ended. */
  long openFlushes() {
    return asked - done;
  }

  /** Make a round, or wait while another thread does. */
  void roundOrWait() {
    if (busy) {
      lock.await();
    } else {
      round();
    }
  }

  private void round() {
    busy = true;
    Transaction transaction = transactions.close();
    // Whoever has asked by now finds all of its changes in this transaction.
    long number = asked;
    if (!useDevice(() -> durability.commit(transaction))) {
      return;
    }
    transactions.committed();
    durable = Math.max(durable, number);
    try {
      run(transaction.actions());
    } finally {
      done = Math.max(done, number);
      lock.signal();
    }
  }

  private void run(List<Runnable> actions) {
    if (actions.isEmpty()) {
      return;
    }
    lock.unlock();
    try {
      actions.forEach(Runnable::run);
    } finally {
      lock.lock();
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Do something with the lock given back, and tell whether it succeeded. */
  private boolean useDevice(Work work) {
    busy = true;
    lock.unlock();
    Optional<IOException> failed = attempt(work);
    lock.lock();
    busy = false;
    quietSince = System.nanoTime();
    if (failed.isPresent()) {
      failure = failed;
      askedBeforeFailure = asked;
    }
    timer.wake();
    lock.signal();
    return failed.isEmpty();
  }

  private Optional<IOException> attempt(Work work) {
    try {
      work.run();
      return Optional.empty();
    } catch (IOException | RuntimeException | Error e) {
      IOException failed = e instanceof IOException io ? io : new IOException(e.toString(), e);
      try {
        durability.abort();
      } catch (IOException | RuntimeException suppressed) {
        failed.addSuppressed(suppressed);
      }
      return Optional.of(failed);
    }
  }

  /** Note that something will be changed. */
  void willChange() {
    if (transactions.isEmpty()) {
      timer.wake();
    }
  }

  @Override
  public boolean isOver() {
    return closed || failure.isPresent();
  }

  @Override
  public OptionalLong due(long interval) {
    if (busy) {
      return OptionalLong.empty();
    }
    if (durability.isCrowded()) {
      return OptionalLong.of(System.nanoTime());
    }
    if (!transactions.isEmpty()) {
      return OptionalLong.of(transactions.since() + interval);
    }
    return durability.hasPending() ? OptionalLong.of(quietSince + interval) : OptionalLong.empty();
  }

  @Override
  public void run() {
    if (durability.isCrowded() || transactions.isEmpty()) {
      useDevice(durability::settle);
    } else {
      round();
    }
  }

  /**
   * Make everything durable in its own place and leave the filesystem as one that was closed; later
   * calls do nothing. No change may be open or begun any more.
   *
   * @throws Ext4Exception if that fails or something has failed before
   */
  void close() throws Ext4Exception {
    while (!isOver() && (busy || !transactions.isEmpty())) {
      roundOrWait();
    }
    if (closed) {
      return;
    }
    if (failure.isEmpty()) {
      useDevice(durability::close);
    }
    closed = true;
    timer.wake();
    if (failure.isPresent()) {
      throw readOnly();
    }
  }

  /** Wait until the timer has ended, after {@link #close}; called without the lock. */
  void join() {
    timer.join();
  }
}
