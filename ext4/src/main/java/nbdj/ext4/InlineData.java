package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

/**
 * Finds the content that is kept in an inode itself: the room of its map, then the value of an
 * attribute.
 */
final class InlineData {

  private static final int ATTRIBUTES_MAGIC = 0xEA02_0000;
  private static final int ENTRY = 16;
  private static final int HASH = 12;
  private static final int NAME_LENGTH = 4;

  /** Index of the attributes whose names begin with {@code system.}. */
  private static final int SYSTEM = 7;

  /** The inode that holds the content. */
  private final byte[] raw;

  /** Where in the inode the attribute that holds the second part begins. */
  private final int entry;

  /** Where in the inode the second part of the content begins. */
  final int valueOffset;

  /** Length of the second part in bytes, perhaps 0. */
  final int valueLength;

  private InlineData(byte[] raw, int entry, int valueOffset, int valueLength) {
    this.raw = raw;
    this.entry = entry;
    this.valueOffset = valueOffset;
    this.valueLength = valueLength;
  }

  /**
   * Find the content of an inode that is flagged to hold it.
   *
   * @throws Ext4Exception if the inode's attributes are damaged or the flag does not fit the
   *     filesystem
   */
  static InlineData of(Inode inode, Superblock superblock) throws Ext4Exception {
    if (!superblock.has(Feature.INLINE_DATA) || inode.has(Inode.FLAG_EXTENTS)) {
      throw damaged(inode, "flags that contradict each other");
    }
    byte[] raw = inode.raw;
    int header = 128 + inode.extraSize();
    if (raw.length < header + 8 || LittleEndian.i32(raw, header) != ATTRIBUTES_MAGIC) {
      throw damaged(inode, "no attributes");
    }
    int first = header + 4;
    int at = first;
    while (at + 4 <= raw.length && LittleEndian.i32(raw, at) != 0) {
      int nameLength = LittleEndian.u8(raw, at);
      int next = at + ((ENTRY + nameLength + 3) & ~3);
      if (next > raw.length) {
        throw damaged(inode, "an attribute that leaves it");
      }
      if (LittleEndian.u8(raw, at + 1) == SYSTEM && isData(raw, at + ENTRY, nameLength)) {
        return value(inode, first, at);
      }
      at = next;
    }
    throw damaged(inode, "no attribute for it");
  }

  private static boolean isData(byte[] raw, int at, int length) {
    return length == 4
        && raw[at] == 'd'
        && raw[at + 1] == 'a'
        && raw[at + 2] == 't'
        && raw[at + 3] == 'a';
  }

  private static InlineData value(Inode inode, int first, int entry) throws Ext4Exception {
    byte[] raw = inode.raw;
    long length = LittleEndian.u32(raw, entry + 8);
    long offset = LittleEndian.u16(raw, entry + 2);
    if (LittleEndian.i32(raw, entry + 4) != 0
        || (length > 0 && first + offset + length > raw.length)) {
      throw damaged(inode, "a value that leaves it");
    }
    return length == 0
        ? new InlineData(raw, entry, 0, 0)
        : new InlineData(raw, entry, (int) (first + offset), (int) length);
  }

  /** Return a copy of the first bytes of the content. */
  byte[] content(long most) {
    byte[] content = new byte[(int) Math.min(most, Inode.MAP_LENGTH + valueLength)];
    int head = Math.min(content.length, Inode.MAP_LENGTH);
    System.arraycopy(raw, Inode.MAP, content, 0, head);
    System.arraycopy(raw, valueOffset, content, head, content.length - head);
    return content;
  }

  /**
   * Change the content in an inode that is as this one was found.
   *
   * @param content not longer than the room there is
   * @param at where in the array the inode begins
   */
  void put(byte[] content, byte[] bytes, int at) {
    int head = Math.min(content.length, Inode.MAP_LENGTH);
    System.arraycopy(content, 0, bytes, at + Inode.MAP, head);
    System.arraycopy(content, head, bytes, at + valueOffset, content.length - head);
    if (LittleEndian.i32(bytes, at + entry + HASH) != 0) {
      LittleEndian.set32(bytes, at + entry + HASH, hash(bytes, at));
    }
  }

  /** Compute the hash of the attribute's name and value, which is kept beside them or is 0. */
  private int hash(byte[] bytes, int at) {
    if (valueOffset + (valueLength + 3 & ~3) > raw.length) {
      return 0;
    }
    int hash = 0;
    for (int i = 0; i < NAME_LENGTH; i++) {
      hash = (hash << 5) ^ (hash >>> 27) ^ bytes[at + entry + ENTRY + i];
    }
    for (int i = 0; i < valueLength; i += Integer.BYTES) {
      // The value is followed by zeroes up to a multiple of a word.
      hash = (hash << 16) ^ (hash >>> 16) ^ LittleEndian.i32(bytes, at + valueOffset + i);
    }
    return hash;
  }

  private static Ext4Exception damaged(Inode inode, String how) {
    return corrupt("inode %d has inline data but %s: run e2fsck".formatted(inode.number, how));
  }
}
