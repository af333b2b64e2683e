package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;
import static nbdj.ext4.Ext4Exception.notSupported;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import nbdj.ext4.journal.JournalException;
import nbdj.ext4.journal.JournalSuperblock;
import nbdj.ext4.journal.LogWriter;

/** Makes the store that changes the metadata of a filesystem, with its journal if it has one. */
final class StoreFactory {

  /** Blocks that have numbers of 32 bits. */
  private static final long NARROW = 1L << 32;

  private StoreFactory() {}

  /**
   * Make a store. Nothing is written before the first change.
   *
   * @param volume of a filesystem that needs no recovery and may be written
   * @param interval after which changes are made durable though nobody asks; if there is none, they
   *     are not
   * @param atClose makes the last change of the superblock, if the filesystem was changed at all;
   *     what says that it was closed is added
   * @throws Ext4Exception if the journal is damaged or cannot be used
   */
  static TransactionStore of(
      Volume volume, Optional<Duration> interval, UnaryOperator<SuperblockEditor> atClose)
      throws IOException {
    LiveSuperblock superblock = new LiveSuperblock(volume.device, volume.superblock);
    int bits = volume.geometry.blockBits;
    Durability durability =
        volume.superblock.has(Feature.HAS_JOURNAL)
            ? new JournalDurability(volume.device, bits, log(volume), superblock, atClose)
            : new OrderedDurability(volume.device, bits, superblock, atClose);
    return new TransactionStore(volume.reader, durability, interval);
  }

  private static LogWriter log(Volume volume) throws IOException {
    if (volume.superblock.journalInode() == 0) {
      throw notSupported(
          "filesystem has an external journal, with which writing is not supported: move it inside"
              + " with tune2fs");
    }
    try {
      // In a volume whose system files are known, the journal's blocks are out of bounds.
      JournalFile journal = JournalFile.of(Volume.open(volume.device, volume.superblock));
      JournalSuperblock superblock = JournalReplay.superblockOf(journal);
      if (superblock.start() != 0) {
        throw corrupt("journal is not empty though no recovery is needed: run e2fsck");
      }
      int wide = volume.geometry.blocks > NARROW ? JournalSuperblock.WIDE : 0;
      return new LogWriter(journal, superblock, JournalSuperblock.REVOKE | wide);
    } catch (JournalException e) {
      throw JournalReplay.ofJournal(e);
    }
  }
}
