package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;
import static nbdj.ext4.Ext4Exception.notSupported;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.ext4.journal.JournalException;
import nbdj.ext4.journal.JournalSuperblock;
import nbdj.ext4.journal.LogScan;
import nbdj.ext4.journal.Recovery;

/**
 * Brings a filesystem that was not closed to the state of its last committed transaction: on the
 * device, or in memory with not one byte written.
 *
 * <p>Files that were deleted or cut while the filesystem was left ("orphans") keep their blocks; no
 * path leads to them, and the next mount or e2fsck frees them.
 */
final class JournalReplay {

  private final Volume volume;
  private final JournalFile journal;
  private final JournalSuperblock log;
  private final Recovery recovery;

  private JournalReplay(BlockDevice device, Superblock superblock) throws IOException {
    this.volume = Volume.open(device, superblock);
    this.journal = JournalFile.of(volume);
    this.log = superblockOf(journal);
    this.recovery =
        new LogScan(journal, log)
            .run(
                block -> block >= volume.geometry.firstDataBlock && block < volume.geometry.blocks);
  }

  /**
   * Read the superblock of a journal.
   *
   * @throws JournalException if it is damaged or uses what is not supported
   */
  static JournalSuperblock superblockOf(JournalFile journal) throws IOException {
    if (journal.count() == 0) {
      throw JournalException.corrupt("it is empty");
    }
    byte[] raw = new byte[JournalSuperblock.SIZE];
    journal.read(0, ByteBuffer.wrap(raw));
    return JournalSuperblock.of(raw, journal.count(), journal.blockSize());
  }

  /**
   * Replay the journal.
   *
   * @param superblock of a filesystem that needs it
   * @param inPlace whether the device is to be changed
   * @return the device on which the filesystem is recovered; one that can only be read if not in
   *     place
   * @throws Ext4Exception if the journal is damaged or not supported; nothing has been written then
   */
  static BlockDevice run(BlockDevice device, Superblock superblock, boolean inPlace)
      throws IOException {
    if (superblock.journalInode() == 0) {
      throw superblock.has(Feature.HAS_JOURNAL)
          ? notSupported(
              "filesystem needs recovery from an external journal, which is not supported: mount"
                  + " it once")
          : corrupt("filesystem needs journal recovery and has no journal: run e2fsck");
    }
    try {
      JournalReplay replay = new JournalReplay(device, superblock);
      return inPlace ? replay.inPlace() : replay.inMemory();
    } catch (JournalException e) {
      throw ofJournal(e);
    }
  }

  /** Say of a journal's failure whose it is. */
  static Ext4Exception ofJournal(JournalException e) {
    return e.isCorrupt()
        ? corrupt("journal is corrupt: %s: run e2fsck".formatted(e.getMessage()))
        : notSupported("journal is not supported: %s".formatted(e.getMessage()));
  }

  private BlockDevice inPlace() throws IOException {
    BlockDevice device = volume.device;
    int bits = volume.geometry.blockBits;
    recovery.replay(
        (block, content) -> device.write(ByteBuffer.wrap(content), block << bits, false));
    // Only what is durable at its place may be missing from the log.
    device.flush();
    byte[] closed = log.withLog(recovery.nextTransaction(), 0).bytes();
    journal.write(0, ByteBuffer.wrap(closed));
    device.flush();
    recovered(Superblock.read(device)).write(device);
    device.flush();
    return device;
  }

  private BlockDevice inMemory() throws IOException {
    int bits = volume.geometry.blockBits;
    OverlayDevice overlay = new OverlayDevice(volume.device, bits);
    recovery.replay(overlay::put);
    byte[] raw = recovered(Superblock.read(overlay)).bytes();
    int block = Superblock.OFFSET >>> bits;
    byte[] around = new byte[volume.geometry.blockSize];
    overlay.read(ByteBuffer.wrap(around), (long) block << bits);
    System.arraycopy(raw, 0, around, Superblock.OFFSET - (block << bits), raw.length);
    overlay.put(block, around);
    return overlay;
  }

  private SuperblockEditor recovered(Superblock superblock) {
    SuperblockEditor editor = new SuperblockEditor(superblock).feature(Feature.RECOVER, false);
    return log.error() == 0 ? editor : editor.state(Superblock.STATE_ERRORS, true);
  }
}
