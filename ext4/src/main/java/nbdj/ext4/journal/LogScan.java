package nbdj.ext4.journal;

import static nbdj.ext4.journal.JournalException.corrupt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Walks the log of a journal that was not closed and finds what its committed transactions hold.
 * Nothing is written, and everything is verified before anything is returned. Used once.
 *
 * <p>The rules are those of the kernel's recovery, but for two. A logged block that fails its
 * checksum is found here before the first write and not in the middle of them. A commit block that
 * fails its checksum ends the log if nothing follows it, as a torn write would leave it; if the
 * next transaction follows, it has been damaged since.
 */
public final class LogScan {

  /** A copy in the log of one block of the filesystem. */
  private record Copy(int transaction, long place, LogTag tag, boolean good) {}

  private final JournalBlocks blocks;
  private final JournalSuperblock superblock;
  private final LogReader reader;
  private final LogFormat format;
  private final DescriptorBlock descriptors;
  private final RevokeBlock revokes;
  private final CommitBlock commits;

  /** What committed transactions hold. */
  private final List<Copy> copies = new ArrayList<>();

  /** The last transaction that revoked a block, by the block. */
  private final Map<Long, Integer> revoked = new HashMap<>();

  /** Where the next block of the log is. */
  private long position;

  /** How many blocks may still be read before the log has run in a circle. */
  private long left;

  private int transaction;
  private long lastSeconds = Long.MIN_VALUE;

  /** The transaction being read, until its commit block is found. */
  private final List<Copy> pending = new ArrayList<>();

  private final List<long[]> pendingRevokes = new ArrayList<>();
  private boolean suspicious;
  private int crc32;

  /** Make what scans a journal, whose superblock has been read from it. */
  public LogScan(JournalBlocks blocks, JournalSuperblock superblock) {
    this.blocks = blocks;
    this.superblock = superblock;
    this.reader = new LogReader(blocks, superblock.length());
    this.format = new LogFormat(superblock, blocks.blockSize());
    this.descriptors = new DescriptorBlock(format);
    this.revokes = new RevokeBlock(format);
    this.commits = new CommitBlock(format);
  }

  /**
   * Find what is to be replayed.
   *
   * @param canBe tells whether the filesystem has a block that can be in a journal
   * @throws JournalException if the log is damaged, or holds fast commits
   */
  public Recovery run(LongPredicate canBe) throws IOException {
    transaction = superblock.sequence();
    if (superblock.start() == 0) {
      return new Recovery(reader, transaction, Map.of());
    }
    position = superblock.start();
    left = superblock.end() - superblock.first();
    beginTransaction();
    while (left > 0 && step()) {}
    FastCommits.check(reader, superblock, transaction);
    return new Recovery(reader, transaction, newest(canBe));
  }

  private void beginTransaction() {
    pending.clear();
    pendingRevokes.clear();
    suspicious = false;
    crc32 = Crc32.START;
  }

  private byte[] next() throws IOException {
    if (left == 0) {
      throw corrupt("its log runs in a circle at transaction %d".formatted(transaction));
    }
    left--;
    byte[] block = reader.block(position);
    position = position + 1 == superblock.end() ? superblock.first() : position + 1;
    return block;
  }

  /** Read one control block and what belongs to it; tell whether the log goes on. */
  private boolean step() throws IOException {
    byte[] block = next();
    if (!isOf(block, transaction)) {
      return false;
    }
    switch (LogFormat.type(block)) {
      case LogFormat.DESCRIPTOR -> takeDescriptor(block);
      case LogFormat.REVOKE -> takeRevoke(block);
      case LogFormat.COMMIT -> {
        return takeCommit(block);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean isOf(byte[] block, int transaction) {
    return LogFormat.isControl(block) && LogFormat.transaction(block) == transaction;
  }

  private void takeDescriptor(byte[] block) throws IOException {
    suspicious |= !format.hasGoodTail(block);
    crc32 = Crc32.update(crc32, block);
    for (LogTag tag : descriptors.tags(block)) {
      if (left == 0) {
        // No commit block can follow, so that the transaction does not count.
        return;
      }
      long place = position;
      byte[] logged = next();
      crc32 = Crc32.update(crc32, logged);
      boolean good = descriptors.isGood(tag, transaction, logged);
      pending.add(new Copy(transaction, place, tag, good));
    }
  }

  private void takeRevoke(byte[] block) throws IOException {
    if (format.hasGoodTail(block)) {
      pendingRevokes.add(revokes.blocks(block));
    } else {
      suspicious = true;
    }
  }

  private boolean takeCommit(byte[] block) throws IOException {
    long seconds = CommitBlock.seconds(block);
    if (suspicious) {
      // Blocks of an earlier life of the log can carry the right number; those are older.
      if (seconds >= lastSeconds) {
        throw corrupt(
            "a control block of transaction %d fails its checksum".formatted(transaction));
      }
      return false;
    }
    if (!commits.isGood(block, crc32)) {
      if (left > 0
          && !superblock.hasFeature(JournalSuperblock.ASYNC_COMMIT)
          && seconds >= lastSeconds
          && isOf(next(), transaction + 1)) {
        throw corrupt("transaction %d fails its checksum".formatted(transaction));
      }
      return false;
    }
    copies.addAll(pending);
    for (long[] some : pendingRevokes) {
      for (long one : some) {
        revoked.put(one, transaction);
      }
    }
    lastSeconds = seconds;
    transaction++;
    beginTransaction();
    return true;
  }

  /** Return where the newest copy of each block is, as {@link Recovery} wants it. */
  private Map<Long, Recovery.Place> newest(LongPredicate canBe) throws JournalException {
    Map<Long, Recovery.Place> newest = new HashMap<>();
    for (Copy copy : copies) {
      long block = copy.tag.block();
      Integer until = revoked.get(block);
      if (until != null && !LogFormat.isBefore(until, copy.transaction)) {
        continue;
      }
      if (!copy.good) {
        throw corrupt(
            "the copy of block %d in transaction %d fails its checksum"
                .formatted(block, copy.transaction));
      }
      if (!canBe.test(block) || blocks.holds(block)) {
        throw corrupt(
            "transaction %d changes block %d, where no metadata can be"
                .formatted(copy.transaction, block));
      }
      newest.put(block, new Recovery.Place(copy.place, copy.tag.escaped()));
    }
    return newest;
  }
}
