package nbdj.ext4;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import nbdj.ext4.MetadataStore.Change.Kind;

/**
 * Writes transactions to their places where there is no journal, in an order that leaves blocks
 * marked as used that nothing leads to, at worst.
 *
 * <p>The order is: what marks blocks as used, new nodes of maps and all file data; a flush; what
 * leads to those; a flush. Before the first transaction the superblock says that the filesystem was
 * not closed. A block of metadata is taken to reach the device whole or not at all.
 */
final class OrderedDurability implements Durability {

  /** Most bytes of one transaction, which are all in memory. */
  private static final int TRANSACTION_BYTES = 1 << 24;

  private final BlockDevice device;
  private final int blockBits;
  private final HomeWriter home;
  private final LiveSuperblock superblock;
  private final UnaryOperator<SuperblockEditor> atClose;

  /** Whether the filesystem had been closed cleanly, and is to be marked so again. */
  private final boolean wasValid;

  /** Whether the device says that the filesystem was not closed. */
  private boolean opened;

  /**
   * Begin with a filesystem as it was opened.
   *
   * @param atClose makes the superblock's last change, but for what says that it was closed
   */
  OrderedDurability(
      BlockDevice device,
      int blockBits,
      LiveSuperblock superblock,
      UnaryOperator<SuperblockEditor> atClose) {
    this.device = device;
    this.blockBits = blockBits;
    this.home = new HomeWriter(device, blockBits);
    this.superblock = superblock;
    this.atClose = atClose;
    this.wasValid = (superblock.current().state() & Superblock.STATE_VALID) != 0;
  }

  @Override
  public int mostBlocks() {
    return TRANSACTION_BYTES >>> blockBits;
  }

  @Override
  public boolean atomic() {
    return false;
  }

  @Override
  public Optional<byte[]> pending(long block) {
    return Optional.empty();
  }

  @Override
  public void commit(Transaction transaction) throws IOException {
    SortedMap<Long, byte[]> first =
        select(transaction, block -> block.kind == Kind.ALLOCATION || block.created);
    SortedMap<Long, byte[]> second =
        select(transaction, block -> block.kind == Kind.MAPPING && !block.created);
    if (!opened && !transaction.blocks().isEmpty()) {
      superblock.change(editor -> editor.state(Superblock.STATE_VALID, false));
      device.flush();
      opened = true;
    }
    home.write(first);
    device.flush();
    if (!second.isEmpty()) {
      home.write(second);
      device.flush();
    }
  }

  private static SortedMap<Long, byte[]> select(
      Transaction transaction, Predicate<Transaction.Block> which) {
    SortedMap<Long, byte[]> selected = new TreeMap<>();
    transaction
        .blocks()
        .forEach((number, block) -> {
          if (which.test(block)) {
            selected.put(number, block.bytes);
          }
        });
    return selected;
  }

  @Override
  public boolean hasPending() {
    return false;
  }

  @Override
  public boolean isCrowded() {
    return false;
  }

  @Override
  public void settle() {}

  @Override
  public void close() throws IOException {
    if (opened) {
      superblock.change(editor -> atClose.apply(editor).state(Superblock.STATE_VALID, wasValid));
      device.flush();
      opened = false;
    }
  }

  @Override
  public void abort() throws IOException {
    if (opened) {
      superblock.change(editor -> editor.state(Superblock.STATE_ERRORS, true));
      device.flush();
    }
  }
}
