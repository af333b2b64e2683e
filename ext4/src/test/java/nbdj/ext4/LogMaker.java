package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import nbdj.ext4.journal.CommitBlock;
import nbdj.ext4.journal.Crc32;
import nbdj.ext4.journal.DescriptorBlock;
import nbdj.ext4.journal.JournalSuperblock;
import nbdj.ext4.journal.LogChecksum;
import nbdj.ext4.journal.LogFormat;
import nbdj.ext4.journal.LogTag;
import nbdj.ext4.journal.RevokeBlock;

/**
 * Writes transactions into the journal of an image that was closed, as a kernel would leave them.
 */
final class LogMaker {

  private final BlockDevice device;
  private final JournalFile journal;
  private final JournalSuperblock superblock;
  private final DescriptorBlock descriptors;
  private final RevokeBlock revokes;
  private final CommitBlock commits;
  private final int firstTransaction;
  private final long start;
  private int transaction;
  private long position;
  private long seconds = 1_700_000_000;
  private int crc32;

  /**
   * Take over the journal of an image.
   *
   * @param features for readers, of {@link JournalSuperblock}
   * @param back how many blocks before the log's end the first transaction begins; 0 to begin where
   *     the log does
   */
  LogMaker(BlockDevice device, LogChecksum checksum, int features, int back) throws IOException {
    this.device = device;
    Volume volume = Volume.open(device, Superblock.read(device));
    journal = JournalFile.of(volume);
    byte[] raw = new byte[JournalSuperblock.SIZE];
    journal.read(0, ByteBuffer.wrap(raw));
    raw[0x50] = (byte) (checksum.inEachBlock() ? 4 : 0);
    ByteBuffer.wrap(raw).putInt(0x24, checksum == LogChecksum.V1 ? 1 : 0).putInt(0x28, 0);
    ByteBuffer.wrap(raw).putInt(0xFC, 0);
    int kind =
        switch (checksum) {
          case NONE, V1 -> 0;
          case V2 -> JournalSuperblock.CHECKSUM_V2;
          case V3 -> JournalSuperblock.CHECKSUM_V3;
        };
    superblock =
        JournalSuperblock.of(raw, journal.count(), journal.blockSize())
            .withFeatures(features | kind);
    LogFormat format = new LogFormat(superblock, journal.blockSize());
    descriptors = new DescriptorBlock(format);
    revokes = new RevokeBlock(format);
    commits = new CommitBlock(format);
    // Near the place where numbers wrap.
    firstTransaction = -3;
    transaction = firstTransaction;
    start = back == 0 ? superblock.first() : superblock.end() - back;
    position = start;
    byte[] opened = superblock.withLog(firstTransaction, start).bytes();
    journal.write(0, ByteBuffer.wrap(opened));
    new SuperblockEditor(Superblock.read(device)).feature(Feature.RECOVER, true).write(device);
  }

  /** Return where the next block of the log goes. */
  long position() {
    return position;
  }

  int transaction() {
    return transaction;
  }

  JournalSuperblock superblock() {
    return superblock;
  }

  JournalFile journal() {
    return journal;
  }

  private void put(byte[] block) throws IOException {
    journal.write(position, ByteBuffer.wrap(block));
    position = position + 1 == superblock.end() ? superblock.first() : position + 1;
  }

  /** Write a transaction and its commit block. */
  void commit(Map<Long, byte[]> contents, long... revoked) throws IOException {
    begin(contents, revoked);
    end();
  }

  /** Write a transaction without its commit block. */
  void begin(Map<Long, byte[]> contents, long... revoked) throws IOException {
    crc32 = Crc32.START;
    for (int from = 0; from < revoked.length; from += revokes.mostBlocks()) {
      int count = Math.min(revokes.mostBlocks(), revoked.length - from);
      long[] some = new long[count];
      System.arraycopy(revoked, from, some, 0, count);
      put(revokes.of(transaction, some));
    }
    List<Map.Entry<Long, byte[]>> all = List.copyOf(contents.entrySet());
    for (int from = 0; from < all.size(); from += descriptors.mostTags()) {
      describe(all.subList(from, Math.min(all.size(), from + descriptors.mostTags())));
    }
  }

  private void describe(List<Map.Entry<Long, byte[]>> some) throws IOException {
    List<LogTag> tags = new ArrayList<>();
    List<byte[]> logged = new ArrayList<>();
    for (Map.Entry<Long, byte[]> one : some) {
      byte[] content = one.getValue().clone();
      tags.add(descriptors.tag(transaction, one.getKey(), content));
      logged.add(content);
    }
    byte[] descriptor = descriptors.of(transaction, tags);
    put(descriptor);
    crc32 = Crc32.update(crc32, descriptor);
    for (byte[] content : logged) {
      put(content);
      crc32 = Crc32.update(crc32, content);
    }
  }

  /** Write the commit block of the transaction that was begun. */
  void end() throws IOException {
    put(commits.of(transaction, Instant.ofEpochSecond(seconds), crc32));
    seconds += 5;
    transaction++;
  }

  /**
   * Let the next transactions be older than those before, as an earlier life of the log has them.
   */
  void turnBackTime() {
    seconds -= 1_000_000;
  }

  /** Change one byte of a block of the log. */
  void damage(long logBlock, int at) throws IOException {
    byte[] block = new byte[journal.blockSize()];
    journal.read(logBlock, ByteBuffer.wrap(block));
    block[at] ^= 0x10;
    journal.write(logBlock, ByteBuffer.wrap(block));
  }

  /** Change one byte of the journal's own superblock. */
  void damageSuperblock(int at) throws IOException {
    damage(0, at);
    device.flush();
  }
}
