package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What allocates and gives up the space of an open filesystem, or the reason why nothing does. Safe
 * for use by several threads.
 */
final class Space implements Closeable {

  /** The filesystem with its metadata as it is now. */
  final Volume volume;

  final MetadataStore store;
  final Allocator allocator;
  final Quotas quotas;

  /** Why metadata is not changed; empty if it is. */
  private final Optional<String> reason;

  /** What is to be closed in the end. */
  private final Optional<TransactionStore> transactions;

  /** What may have clusters claimed ahead. */
  private final Set<FileWriter> writers = ConcurrentHashMap.newKeySet();

  private Space(
      Volume below,
      Optional<TransactionStore> transactions,
      Optional<Volume> quotas,
      Optional<String> reason,
      boolean discard) {
    this.transactions = transactions;
    this.reason = reason;
    this.volume = transactions.map(below::over).orElse(below);
    this.store =
        transactions.isPresent()
            ? transactions.get()
            : new ReadOnlyStore(below.device, below.reader, reason.orElse(""));
    this.allocator = new Allocator(volume, store, discard ? this::discard : (block, length) -> {});
    this.quotas = new Quotas(quotas.orElse(volume));
  }

  /**
   * Make what allocates, if anything may.
   *
   * @param volume of a filesystem that needs no recovery
   * @param against why nothing may be written, if so
   * @throws IOException if the device cannot be read
   */
  static Space of(Volume volume, Ext4Options options, Optional<String> against) throws IOException {
    Optional<String> reason =
        options.writing() == Ext4Options.Writing.OVERWRITE && against.isEmpty()
            ? Optional.of(
                "the filesystem was opened for overwriting only, and space would have to be"
                    + " allocated or given up")
            : against;
    if (reason.isPresent()) {
      return new Space(volume, Optional.empty(), Optional.empty(), reason, false);
    }
    try {
      // What is written last says how much is free then.
      Space[] space = new Space[1];
      TransactionStore store =
          StoreFactory.of(
              volume, Optional.of(TransactionStore.INTERVAL), editor -> space[0].atClose(editor));
      space[0] =
          new Space(volume, Optional.of(store), quotas(volume, store), reason, options.discard());
      return space[0];
    } catch (Ext4Exception e) {
      return new Space(
          volume, Optional.empty(), Optional.empty(), Optional.of(e.getMessage()), false);
    }
  }

  private static Optional<Volume> quotas(Volume volume, TransactionStore store) throws IOException {
    // In a volume whose system files are known, the quotas' blocks are out of bounds.
    return volume.superblock.has(Feature.QUOTA)
        ? Optional.of(Volume.open(volume.device, volume.superblock).over(store))
        : Optional.empty();
  }

  private SuperblockEditor atClose(SuperblockEditor editor) {
    return editor
        .free(allocator.freeBlocks(), volume.descriptors.freeInodes())
        .written(System.currentTimeMillis() / 1000);
  }

  private void discard(long block, long length) {
    int bits = volume.geometry.blockBits;
    try {
      volume.device.discard(block << bits, length << bits);
    } catch (IOException e) {
      // It was advice: what is not discarded is free all the same.
    }
  }

  /** Tell whether metadata may be changed. */
  boolean isChangeable() {
    return reason.isEmpty();
  }

  /**
   * Check that metadata may be changed.
   *
   * @throws Ext4Exception if not, with the reason
   */
  void checkChangeable() throws Ext4Exception {
    if (reason.isPresent()) {
      throw new Ext4Exception(Ext4Exception.Kind.READ_ONLY, reason.get());
    }
    store.checkUsable();
  }

  void add(FileWriter writer) {
    writers.add(writer);
  }

  void remove(FileWriter writer) {
    writers.remove(writer);
  }

  /** Have all that is claimed ahead given back, since somebody needs it. */
  void giveBack() {
    writers.forEach(FileWriter::giveBack);
  }

  /**
   * Leave the filesystem as one that was closed.
   *
   * @throws Ext4Exception if something has failed and it needs recovery
   */
  @Override
  public void close() throws IOException {
    if (transactions.isPresent()) {
      transactions.get().close();
    }
    Optional<IOException> failure = allocator.failure();
    if (failure.isPresent()) {
      throw new IOException(
          "space that was given up could not be marked as free (%s): run e2fsck"
              .formatted(failure.get().getMessage()),
          failure.get());
    }
  }
}
