package nbdj.ext4.journal;

import static nbdj.ext4.journal.JournalException.corrupt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import nbdj.ext4.checksum.Crc32c;

/** The control block that says where the logged blocks behind it belong. */
public final class DescriptorBlock {

  private static final int ESCAPED = 1;
  private static final int SAME_UUID = 2;
  private static final int LAST = 8;
  private static final int UUID = 16;

  private final LogFormat format;

  /** Make what reads and writes the descriptor blocks of a format. */
  public DescriptorBlock(LogFormat format) {
    this.format = format;
  }

  private int tagLength() {
    return switch (format.checksum) {
      case V3 -> 16;
      // The checksum's two bytes stand inside the tag, and two more are left over at its end.
      case V2 -> format.wide ? 14 : 10;
      case V1, NONE -> format.wide ? 12 : 8;
    };
  }

  /** Return the most blocks that one descriptor block can describe. */
  public int mostTags() {
    return (format.usable() - LogFormat.HEADER - UUID) / tagLength();
  }

  /**
   * Read the tags.
   *
   * @throws JournalException if there is none
   */
  List<LogTag> tags(byte[] block) throws JournalException {
    List<LogTag> tags = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(block);
    int at = LogFormat.HEADER;
    int flags = 0;
    while ((flags & LAST) == 0 && at + tagLength() <= format.usable()) {
      boolean v3 = format.checksum == LogChecksum.V3;
      flags = v3 ? buffer.getInt(at + 4) : buffer.getShort(at + 6);
      long low = Integer.toUnsignedLong(buffer.getInt(at));
      long high = format.wide ? Integer.toUnsignedLong(buffer.getInt(at + 8)) : 0;
      int checksum = v3 ? buffer.getInt(at + 12) : buffer.getShort(at + 4) & 0xFFFF;
      tags.add(new LogTag(high << 32 | low, (flags & ESCAPED) != 0, checksum));
      at += tagLength() + ((flags & SAME_UUID) == 0 ? UUID : 0);
    }
    if (tags.isEmpty()) {
      throw corrupt("a descriptor block describes nothing");
    }
    return tags;
  }

  /**
   * Make a descriptor block.
   *
   * @param tags 1 to {@link #mostTags}
   */
  public byte[] of(int transaction, List<LogTag> tags) {
    byte[] block = format.control(LogFormat.DESCRIPTOR, transaction).array();
    ByteBuffer buffer = ByteBuffer.wrap(block).position(LogFormat.HEADER);
    for (int i = 0; i < tags.size(); i++) {
      int flags =
          (tags.get(i).escaped() ? ESCAPED : 0)
              | (i > 0 ? SAME_UUID : 0)
              | (i == tags.size() - 1 ? LAST : 0);
      put(buffer, tags.get(i), flags);
      if (i == 0) {
        buffer.put(format.uuid);
      }
    }
    return format.sealed(block);
  }

  private void put(ByteBuffer buffer, LogTag tag, int flags) {
    int next = buffer.position() + tagLength();
    buffer.putInt((int) tag.block());
    if (format.checksum == LogChecksum.V3) {
      buffer.putInt(flags).putInt((int) (tag.block() >>> 32)).putInt(tag.checksum());
    } else {
      buffer.putShort((short) tag.checksum()).putShort((short) flags);
      if (format.wide) {
        buffer.putInt((int) (tag.block() >>> 32));
      }
    }
    buffer.position(next);
  }

  /**
   * Make the tag of a block, and the block as it stands in the log.
   *
   * @param content the block's content; its first four bytes are zeroed if they must be escaped
   */
  public LogTag tag(int transaction, long block, byte[] content) {
    boolean escaped = LogFormat.isControl(content);
    if (escaped) {
      ByteBuffer.wrap(content).putInt(0, 0);
    }
    return new LogTag(block, escaped, checksum(transaction, content));
  }

  /** Tell whether a logged block is the one that its tag was made for, as far as the log says. */
  boolean isGood(LogTag tag, int transaction, byte[] logged) {
    return tag.checksum() == checksum(transaction, logged) || !format.checksum.inEachBlock();
  }

  private int checksum(int transaction, byte[] logged) {
    if (!format.checksum.inEachBlock()) {
      return 0;
    }
    byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(transaction).array();
    int state = Crc32c.update(format.seed, number, 0, number.length);
    state = Crc32c.update(state, logged, 0, logged.length);
    return format.checksum == LogChecksum.V3 ? state : state & 0xFFFF;
  }
}
