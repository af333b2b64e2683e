package nbdj.ext4.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes transactions to a log, one behind the other and round again. Used by one thread at a time.
 *
 * <p>What is written here is durable only when the caller has flushed the device, and the order is
 * the caller's: {@link #open} before the first transaction; then for each {@link #write}, a flush,
 * {@link #commit} and another flush; {@link #release} when all blocks that were logged are durable
 * in their own places, and a flush before the next {@code write}.
 */
public final class LogWriter {

  /** Share of the log that one transaction may take. */
  private static final int TRANSACTION_SHARE = 4;

  /** Most bytes that are written at once, unless one block is larger. */
  private static final int CHUNK = 1 << 20;

  private final JournalBlocks blocks;
  private final int blockSize;
  private final DescriptorBlock descriptors;
  private final RevokeBlock revokes;
  private final CommitBlock commits;
  private final long first;
  private final long end;

  /** Whether the commit block carries a checksum of the whole transaction. */
  private final boolean summed;

  private JournalSuperblock superblock;

  /** Number of the transaction that is written next. */
  private int sequence;

  /** Where the next block goes. */
  private long head;

  /** How many blocks of the log must not be overwritten, those of the open transaction included. */
  private long used;

  /** Of the transaction that has been written and not committed. */
  private int crc32;

  private Instant lastCommit = Instant.MIN;

  /** Blocks to be written at {@link #head}, one behind the other. */
  private ByteBuffer chunk = ByteBuffer.allocate(0);

  /**
   * Make a writer for a log that is empty. Nothing is written yet.
   *
   * @param superblock as it stands in the journal
   * @param more features of {@link JournalSuperblock} that the log must have, in addition to those
   *     that it has
   * @throws JournalException if the journal is too old to have them, or too small
   */
  public LogWriter(JournalBlocks blocks, JournalSuperblock superblock, int more)
      throws JournalException {
    if (superblock.start() != 0) {
      throw new IllegalArgumentException("log is not empty");
    }
    this.blocks = blocks;
    this.blockSize = blocks.blockSize();
    this.superblock = superblock.withFeatures(more);
    LogFormat format = new LogFormat(this.superblock, blockSize);
    this.descriptors = new DescriptorBlock(format);
    this.revokes = new RevokeBlock(format);
    this.commits = new CommitBlock(format);
    this.summed = format.checksum == LogChecksum.V1;
    this.first = superblock.first();
    this.end = superblock.end();
    this.sequence = superblock.sequence();
    this.head = first;
    if (mostBlocks() < 1) {
      throw JournalException.notSupported(
          "it has only %d blocks, too few for a transaction".formatted(end - first));
    }
  }

  /** Return the number of blocks that the log can hold. */
  public long capacity() {
    return end - first;
  }

  /** Return the number of blocks that hold what {@link #release} has not given up. */
  public long used() {
    return used;
  }

  /**
   * Return the most blocks, logged and revoked together, that one transaction may have: as many as
   * fit a quarter of the log.
   */
  public int mostBlocks() {
    long room = capacity() / TRANSACTION_SHARE;
    // The commit block, and a descriptor and a revoke block that are not full.
    long perControl = Math.min(descriptors.mostTags(), revokes.mostBlocks());
    return (int) Math.min(Integer.MAX_VALUE, (room - 3) * perControl / (perControl + 1));
  }

  /** Tell whether a transaction of any size can be written without overwriting what is needed. */
  public boolean hasRoom() {
    return used + capacity() / TRANSACTION_SHARE <= capacity();
  }

  /** Say in the journal's superblock that the log begins here, with no transaction so far. */
  public void open() throws IOException {
    setLog(head);
  }

  /**
   * Say in the journal's superblock that all transactions so far are done with. Their room can be
   * used again once that is durable.
   */
  public void release() throws IOException {
    setLog(head);
    used = 0;
  }

  /** Say in the journal's superblock that the log is empty and nothing need be recovered. */
  public void close() throws IOException {
    setLog(0);
    used = 0;
  }

  private void setLog(long start) throws IOException {
    superblock = superblock.withLog(sequence, start);
    blocks.write(0, ByteBuffer.wrap(superblock.bytes()));
  }

  /**
   * Write a transaction, all but the block that makes it count.
   *
   * @param logged the new content of blocks, by their numbers; not modified. With {@code revoked}
   *     no more than {@link #mostBlocks}
   * @param revoked numbers of blocks whose earlier content in the log must not be replayed; none of
   *     {@code logged}
   */
  public void write(Map<Long, byte[]> logged, long[] revoked) throws IOException {
    if (!hasRoom() || logged.size() + revoked.length > mostBlocks()) {
      throw new IllegalStateException(
          "no room for a transaction of %d blocks".formatted(logged.size() + revoked.length));
    }
    crc32 = Crc32.START;
    int fits = Math.max(1, CHUNK / blockSize);
    chunk = ByteBuffer.allocate(Math.min(fits, logged.size() + revoked.length + 3) * blockSize);
    writeRevokes(revoked);
    List<Map.Entry<Long, byte[]>> entries = List.copyOf(logged.entrySet());
    for (int i = 0; i < entries.size(); i += descriptors.mostTags()) {
      describe(entries.subList(i, Math.min(entries.size(), i + descriptors.mostTags())));
    }
    drain();
  }

  private void writeRevokes(long[] revoked) throws IOException {
    int most = revokes.mostBlocks();
    for (int i = 0; i < revoked.length; i += most) {
      long[] some = Arrays.copyOfRange(revoked, i, Math.min(revoked.length, i + most));
      put(revokes.of(sequence, some));
    }
  }

  /** Write as many blocks as one descriptor block can describe. */
  private void describe(List<Map.Entry<Long, byte[]>> entries) throws IOException {
    List<LogTag> tags = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    for (Map.Entry<Long, byte[]> entry : entries) {
      // Making a tag changes a content that must be escaped.
      byte[] content =
          LogFormat.isControl(entry.getValue()) ? entry.getValue().clone() : entry.getValue();
      tags.add(descriptors.tag(sequence, entry.getKey(), content));
      contents.add(content);
    }
    byte[] descriptor = descriptors.of(sequence, tags);
    putSummed(descriptor);
    for (byte[] content : contents) {
      putSummed(content);
    }
  }

  private void putSummed(byte[] block) throws IOException {
    if (summed) {
      crc32 = Crc32.update(crc32, block);
    }
    put(block);
  }

  /** Write the block that makes the transaction count, which was written and flushed. */
  public void commit() throws IOException {
    // Recovery tells the remains of an older log by their times.
    Instant now = Instant.now();
    lastCommit = now.isAfter(lastCommit) ? now : lastCommit;
    chunk = ByteBuffer.allocate(blockSize);
    put(commits.of(sequence, lastCommit, crc32));
    drain();
    sequence++;
  }

  private void put(byte[] block) throws IOException {
    chunk.put(block);
    used++;
    if (!chunk.hasRemaining()) {
      drain();
    }
  }

  private void drain() throws IOException {
    chunk.flip();
    while (chunk.hasRemaining()) {
      int limit = chunk.limit();
      int fits = (int) Math.min(chunk.remaining(), (end - head) * blockSize);
      chunk.limit(chunk.position() + fits);
      blocks.write(head, chunk);
      chunk.limit(limit);
      head += fits / blockSize;
      head = head == end ? first : head;
    }
    chunk.clear();
  }
}
