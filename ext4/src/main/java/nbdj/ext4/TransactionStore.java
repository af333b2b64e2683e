package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Gathers changes in transactions.
 *
 * <p>Changes go into the running transaction. To make it durable, new changes are held up until the
 * open ones have ended, which takes no device; then the next transaction begins at once, and works
 * on copies of the closed one's blocks. After the first failure nothing is written any more; what
 * was changed can still be read.
 */
final class TransactionStore implements MetadataStore, Closeable {

  /** How long changes stay in memory if nobody flushes. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  private final StoreLock lock = new StoreLock();
  private final MetadataReader reader;
  private final Durability durability;
  private final Transactions transactions;
  private final GroupCommit commits;

  /**
   * Begin with no changes.
   *
   * @param reader reads what is on the device
   * @param interval after which changes are made durable though nobody asks; if there is none, they
   *     are not
   */
  TransactionStore(MetadataReader reader, Durability durability, Optional<Duration> interval) {
    this.reader = reader;
    this.durability = durability;
    this.transactions = new Transactions(lock, durability);
    this.commits = new GroupCommit(lock, transactions, durability, interval);
  }

  @Override
  public byte[] read(long block, String what) throws IOException {
    Optional<byte[]> newer = newer(block);
    return newer.isPresent() ? newer.get() : reader.block(block, what);
  }

  /**
   * Return the content of a block if its place on the device may not have it.
   *
   * @return not to be modified
   */
  Optional<byte[]> newer(long block) {
    lock.lock();
    try {
      return transactions.newer(block);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void checkUsable() throws Ext4Exception {
    commits.checkFailure();
  }

  @Override
  public Change begin(int blocks) throws IOException {
    if (blocks < 1 || blocks > mostBlocks()) {
      throw new Ext4Exception(
          Ext4Exception.Kind.INVALID,
          "a change of %d blocks is more than can be made durable at once (%d)"
              .formatted(blocks, mostBlocks()));
    }
    checkNoChange();
    assert LockRank.mayWaitForRoom();
    lock.lock();
    try {
      commits.checkUsable();
      while (!transactions.hasRoom(blocks)) {
        if (transactions.isFull(blocks)) {
          commits.roundOrWait();
        } else {
          lock.await();
        }
        commits.checkUsable();
      }
      transactions.open(blocks);
    } finally {
      lock.unlock();
    }
    assert LockRank.CHANGE.taken();
    return new OpenChange(lock, transactions, commits, reader, blocks);
  }

  @Override
  public int mostBlocks() {
    return durability.mostBlocks();
  }

  @Override
  public boolean atomic() {
    return durability.atomic();
  }

  /** Return how many flushes have been asked for and have not ended. */
  long openFlushes() {
    lock.lock();
    try {
      return commits.openFlushes();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() throws IOException {
    checkNoChange();
    assert LockRank.mayFlush();
    lock.lock();
    try {
      commits.flush();
    } finally {
      lock.unlock();
    }
  }

  private void checkNoChange() {
    lock.lock();
    try {
      transactions.checkNoChange();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Make everything durable in its own place and leave the filesystem as one that was closed. No
   * change may be open or begun any more.
   *
   * @throws Ext4Exception if that fails, or something failed before: recovery is needed then
   */
  @Override
  public void close() throws Ext4Exception {
    lock.lock();
    try {
      commits.close();
    } finally {
      lock.unlock();
      commits.join();
    }
  }
}
