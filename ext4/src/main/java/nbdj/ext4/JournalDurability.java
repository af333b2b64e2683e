package nbdj.ext4;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import nbdj.ext4.journal.LogWriter;

/**
 * Makes transactions durable in a journal, and brings their blocks to their own places later.
 *
 * <p>The order is: all file data that a transaction leads to, and the log's copies of its blocks; a
 * flush; the commit block; a flush. A block is written to its own place only with the content that
 * the log has of it, and the log's room is used again only when that is durable. Before the first
 * transaction the superblock says that recovery is needed.
 */
final class JournalDurability implements Durability {

  /** Most bytes of one transaction, which are all in memory. */
  private static final int TRANSACTION_BYTES = 1 << 25;

  /** Bytes in the log that are enough to bring blocks to their places for. */
  private static final int LOG_BYTES = 1 << 26;

  private final BlockDevice device;
  private final int blockBits;
  private final LogWriter log;
  private final LiveSuperblock superblock;
  private final UnaryOperator<SuperblockEditor> atClose;

  /** Newest durable content of blocks whose own places do not have it yet. */
  private final ConcurrentSkipListMap<Long, byte[]> pending = new ConcurrentSkipListMap<>();

  /** Blocks that a replay would find in the log. */
  private final Set<Long> logged = new HashSet<>();

  /** Whether the device says that recovery is needed. */
  private boolean opened;

  /**
   * Begin with an empty log.
   *
   * @param atClose makes the superblock's last change, but for what says that it was closed
   */
  JournalDurability(
      BlockDevice device,
      int blockBits,
      LogWriter log,
      LiveSuperblock superblock,
      UnaryOperator<SuperblockEditor> atClose) {
    this.device = device;
    this.blockBits = blockBits;
    this.log = log;
    this.superblock = superblock;
    this.atClose = atClose;
  }

  @Override
  public int mostBlocks() {
    return Math.min(log.mostBlocks(), TRANSACTION_BYTES >>> blockBits);
  }

  @Override
  public boolean atomic() {
    return true;
  }

  @Override
  public Optional<byte[]> pending(long block) {
    return Optional.ofNullable(pending.get(block));
  }

  @Override
  public void commit(Transaction transaction) throws IOException {
    if (!transaction.blocks().isEmpty() || !revoked(transaction).isEmpty()) {
      makeReady();
      write(transaction);
    } else {
      device.flush();
    }
    // Not before now: if the power had failed, the blocks would still be what they were.
    transaction.forgotten().forEach(pending::remove);
  }

  private void makeReady() throws IOException {
    if (!opened) {
      superblock.change(editor -> editor.feature(Feature.RECOVER, true));
      device.flush();
      opened = true;
      log.open();
    } else if (!log.hasRoom()) {
      settle();
    }
  }

  private void write(Transaction transaction) throws IOException {
    Map<Long, byte[]> contents = new HashMap<>();
    transaction.blocks().forEach((number, block) -> contents.put(number, block.bytes));
    long[] revoked = revoked(transaction).stream().mapToLong(Long::longValue).toArray();
    log.write(contents, revoked);
    device.flush();
    log.commit();
    device.flush();
    pending.putAll(contents);
    logged.addAll(contents.keySet());
  }

  /** Return the forgotten blocks that a replay would bring back. */
  private Set<Long> revoked(Transaction transaction) {
    Set<Long> revoked = new HashSet<>(transaction.forgotten());
    revoked.retainAll(logged);
    return revoked;
  }

  @Override
  public boolean hasPending() {
    return log.used() > 0;
  }

  @Override
  public boolean isCrowded() {
    return log.used() > Math.min(log.capacity() / 2, LOG_BYTES >>> blockBits);
  }

  @Override
  public void settle() throws IOException {
    bringHome();
    log.release();
    device.flush();
  }

  private void bringHome() throws IOException {
    new HomeWriter(device, blockBits).write(pending);
    device.flush();
    pending.clear();
    logged.clear();
  }

  @Override
  public void close() throws IOException {
    if (!opened) {
      return;
    }
    bringHome();
    log.close();
    device.flush();
    superblock.change(editor -> atClose.apply(editor).feature(Feature.RECOVER, false));
    device.flush();
    opened = false;
  }

  @Override
  public void abort() throws IOException {
    if (opened) {
      superblock.change(editor -> editor.state(Superblock.STATE_ERRORS, true));
      device.flush();
    }
  }
}
