package nbdj.ext4;

import java.io.IOException;
import java.time.Duration;
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

  private final PendingActions actions;

  private volatile Optional<IOException> failure = Optional.empty();

  /** Whether it is not that of the device, so that the device does not say so yet. */
  private boolean unmarked;

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
    this.actions = new PendingActions(lock);
    this.timer = new CommitTimer(lock, interval, this);
  }

  /**
   * Check that changes can still be made durable.
   *
   * @throws Ext4Exception if an attempt has failed
   */
  void checkUsable() throws Ext4Exception {
    checkFailure();
    if (closed) {
      throw new IllegalStateException("filesystem is closed");
    }
  }

  /**
   * Check that no attempt to make changes durable has failed; needs no lock.
   *
   * @throws Ext4Exception if one has
   */
  void checkFailure() throws Ext4Exception {
    if (failure.isPresent()) {
      throw readOnly();
    }
  }

  private Ext4Exception readOnly() {
    IOException cause = failure.orElseThrow();
    Ext4Exception exception =
        new Ext4Exception(
            Ext4Exception.Kind.READ_ONLY,
            "filesystem became read-only when writing failed (%s): run e2fsck and open it again"
                .formatted(cause.getMessage()));
    exception.initCause(cause);
    return exception;
  }

  /**
   * Make durable what has been changed and written before this call, and do what is to be done
   * then.
   */
  void flush() throws IOException {
    checkUsable();
    if (actions.isOwn()) {
      throw new IllegalStateException("what follows a flush cannot flush");
    }
    asked++;
    long number = asked;
    while (done < number) {
      if (durable >= number) {
        actOrWait();
      } else if (failure.isEmpty()) {
        roundOrWait();
      } else {
        throw number <= askedBeforeFailure
            ? new IOException(failure.get().getMessage(), failure.get())
            : readOnly();
      }
    }
  }

  /** Return how many flushes have been asked for and have not ended. */
  long openFlushes() {
    return asked - done;
  }

  /**
   * Make a round, or wait while another thread does. What is to be done then is left to others,
   * since the caller may have locks.
   */
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
    if (failure.isPresent()) {
      // A change in it was not finished.
      busy = false;
      lock.signal();
      return;
    }
    // Whoever has asked by now finds all of its changes in this transaction.
    long number = asked;
    if (useDevice(() -> durability.commit(transaction))) {
      transactions.committed();
      durable = Math.max(durable, number);
      actions.add(transaction.actions());
      if (actions.isEmpty()) {
        done = durable;
      }
    }
  }

  private void actOrWait() {
    if (actions.isBeingDone()) {
      lock.await();
    } else {
      act();
    }
  }

  private void act() {
    long number = durable;
    try {
      actions.run();
    } finally {
      done = Math.max(done, number);
      timer.wake();
      lock.signal();
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

  /** Note that what has been changed must not be made durable. */
  void fail(IOException how) {
    if (failure.isEmpty()) {
      failure = Optional.of(how);
      unmarked = true;
      askedBeforeFailure = asked;
      lock.signal();
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
    if (durability.isCrowded() || actions.isWaiting()) {
      return OptionalLong.of(System.nanoTime());
    }
    if (!transactions.isEmpty()) {
      return OptionalLong.of(transactions.since() + interval);
    }
    return durability.hasPending() ? OptionalLong.of(quietSince + interval) : OptionalLong.empty();
  }

  @Override
  public void run() {
    if (actions.isWaiting()) {
      act();
    } else if (durability.isCrowded() || transactions.isEmpty()) {
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
    while (!isOver() && (busy || !transactions.isEmpty() || !actions.isEmpty())) {
      if (busy || !transactions.isEmpty()) {
        roundOrWait();
      } else {
        actOrWait();
      }
    }
    if (closed) {
      return;
    }
    if (failure.isEmpty()) {
      useDevice(durability::close);
    } else if (unmarked) {
      useDevice(durability::abort);
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
