package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.util.Optional;

/** A change in the running transaction. Used by the thread that began it. */
final class OpenChange implements MetadataStore.Change {

  private final StoreLock lock;
  private final Transactions transactions;
  private final GroupCommit commits;
  private final MetadataReader reader;

  /** How many more blocks it may take. */
  private int left;

  private boolean closed;

  OpenChange(
      StoreLock lock,
      Transactions transactions,
      GroupCommit commits,
      MetadataReader reader,
      int blocks) {
    this.lock = lock;
    this.transactions = transactions;
    this.commits = commits;
    this.reader = reader;
    this.left = blocks;
  }

  @Override
  public byte[] edit(long block, Kind kind, String what) throws IOException {
    Optional<byte[]> known = locked(() -> known(block, kind));
    if (known.isPresent()) {
      return known.get();
    }
    checkBlock(block);
    byte[] read = reader.block(block, what);
    // Another change may have been faster, and have modified the block already.
    return locked(() -> known(block, kind).orElseGet(() -> put(block, read, kind, false)));
  }

  /** Return the bytes of a block in the running transaction, if it need not be read for that. */
  private Optional<byte[]> known(long block, Kind kind) {
    Optional<byte[]> taken = transactions.taken(block);
    return taken.isPresent()
        ? taken
        : transactions.newer(block).map(bytes -> put(block, bytes.clone(), kind, false));
  }

  @Override
  public byte[] create(long block, Kind kind) throws Ext4Exception {
    checkBlock(block);
    return locked(() -> put(block, new byte[reader.blockSize()], kind, true));
  }

  private byte[] put(long block, byte[] bytes, Kind kind, boolean created) {
    spend(block);
    commits.willChange();
    return transactions.put(block, bytes, kind, created);
  }

  @Override
  public byte[] overwrite(long block, Kind kind) throws Ext4Exception {
    checkBlock(block);
    return locked(() ->
        transactions
            .taken(block)
            .orElseGet(() -> put(block, new byte[reader.blockSize()], kind, false)));
  }

  @Override
  public boolean isNew(long block) {
    return locked(() -> transactions.isNew(block));
  }

  @Override
  public void forget(long block) {
    if (!reader.has(block)) {
      throw new IllegalArgumentException("no block " + block);
    }
    locked(() -> {
      spend(block);
      commits.willChange();
      transactions.forget(block);
      return block;
    });
  }

  private void spend(long block) {
    if (transactions.has(block)) {
      return;
    }
    if (left == 0) {
      throw new IllegalStateException("change takes more blocks than it was begun for");
    }
    left--;
    transactions.spend();
  }

  @Override
  public void afterDurable(Runnable action) {
    locked(() -> {
      commits.willChange();
      transactions.afterDurable(action);
      return action;
    });
  }

  @Override
  public void fail(String how) {
    locked(() -> {
      commits.fail(new IOException(how));
      return how;
    });
  }

  private void checkBlock(long block) throws Ext4Exception {
    if (!reader.has(block)) {
      throw corrupt("metadata block %d lies outside the filesystem".formatted(block));
    }
    if (block == Superblock.OFFSET / reader.blockSize()) {
      throw new IllegalArgumentException("the superblock is not changed as a block");
    }
  }

  private interface Step<T> {
    T run();
  }

  private <T> T locked(Step<T> step) {
    if (closed) {
      throw new IllegalStateException("change is closed");
    }
    lock.lock();
    try {
      return step.run();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    locked(() -> {
      transactions.close(left);
      return left;
    });
    closed = true;
    assert LockRank.CHANGE.given();
  }
}
