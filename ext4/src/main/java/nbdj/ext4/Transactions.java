package nbdj.ext4;

import java.util.Optional;
import nbdj.ext4.MetadataStore.Change.Kind;

/**
 * The transaction that changes go into, and the one before it as long as that is not durable. Every
 * method is called with the store's lock held.
 */
final class Transactions {

  private final StoreLock lock;
  private final Durability durability;

  /** Most blocks of one transaction. */
  private final int most;

  private Transaction running = new Transaction();

  /** The transaction that is being made durable, or was when that failed. */
  private Optional<Transaction> committing = Optional.empty();

  /** Whether the running transaction is waiting for its open changes to end. */
  private boolean closing;

  Transactions(StoreLock lock, Durability durability) {
    this.lock = lock;
    this.durability = durability;
    this.most = durability.mostBlocks();
  }

  /** Return whether nothing has been changed since the last transaction was closed. */
  boolean isEmpty() {
    return running.isEmpty();
  }

  /** Return when the first change was made that is not in a closed transaction. */
  long since() {
    return running.since();
  }

  /**
   * Check that the calling thread has no change open.
   *
   * @throws IllegalStateException if it has one
   */
  void checkNoChange() {
    if (running.hasChangeOf(Thread.currentThread())) {
      throw new IllegalStateException("this thread has a change open");
    }
  }

  /** Tell whether a change of so many blocks can be opened now. */
  boolean hasRoom(int blocks) {
    return !closing && running.size() + blocks <= most;
  }

  /** Tell whether a change cannot be opened before the running transaction is closed. */
  boolean isFull(int blocks) {
    return !closing && running.taken() + blocks > most;
  }

  /** Open a change of the calling thread. */
  void open(int blocks) {
    running.open(blocks);
  }

  /** End a change of the calling thread. */
  void close(int unused) {
    running.close(Thread.currentThread(), unused);
    lock.signal();
  }

  /**
   * Return the content of a block if its place on the device may not have it.
   *
   * @return not to be modified
   */
  Optional<byte[]> newer(long number) {
    Transaction.Block found = running.blocks().get(number);
    if (found == null && committing.isPresent()) {
      found = committing.get().blocks().get(number);
    }
    return found == null ? durability.pending(number) : Optional.of(found.bytes);
  }

  /** Return the bytes of a block in the running transaction. */
  Optional<byte[]> taken(long number) {
    return Optional.ofNullable(running.blocks().get(number)).map(block -> block.bytes);
  }

  /** Tell whether a block has been changed or forgotten in the running transaction. */
  boolean has(long number) {
    return running.blocks().containsKey(number) || running.forgotten().contains(number);
  }

  /** Tell whether a block was created in the running transaction. */
  boolean isNew(long number) {
    Transaction.Block block = running.blocks().get(number);
    return block != null && block.created;
  }

  /** Take a block into the running transaction. */
  byte[] put(long number, byte[] bytes, Kind kind, boolean created) {
    running.put(number, new Transaction.Block(bytes, kind, created));
    return bytes;
  }

  /** Note that an open change has used up one of its blocks. */
  void spend() {
    running.spend();
  }

  void forget(long number) {
    running.forget(number);
  }

  void afterDurable(Runnable action) {
    running.add(action);
  }

  /**
   * Close the running transaction once its open changes have ended, and begin the next.
   *
   * @return the transaction, not to be modified any more; empty if nothing was changed
   */
  Transaction close() {
    if (running.isEmpty()) {
      return new Transaction();
    }
    closing = true;
    while (running.hasOpenChanges()) {
      lock.await();
    }
    Transaction closed = running;
    committing = Optional.of(closed);
    running = new Transaction();
    closing = false;
    lock.signal();
    return closed;
  }

  /** Note that the closed transaction is durable. */
  void committed() {
    committing = Optional.empty();
  }
}
