package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.util.Arrays;

/** Steps through the entries of one stretch of a directory, checking each before it is used. */
final class EntryScan {

  private static final int HEADER = 8;

  private final long directory;
  private final byte[] bytes;
  private final int end;
  private final int blockSize;
  private final boolean typed;

  /** Where the entry at hand begins. */
  private int at;

  /** Where the next entry begins. */
  private int next;

  /**
   * Begin before the first entry.
   *
   * @param directory inode of the directory, for messages
   * @param start where in the bytes the first entry begins
   * @param end where the last one ends
   * @param typed whether entries have a type where they else have a longer name length
   */
  EntryScan(long directory, byte[] bytes, int start, int end, int blockSize, boolean typed) {
    this.directory = directory;
    this.bytes = bytes;
    this.next = start;
    this.end = end;
    this.blockSize = blockSize;
    this.typed = typed;
  }

  /**
   * Go to the next entry that names something, and tell whether there is one.
   *
   * @throws Ext4Exception if an entry on the way is damaged
   */
  boolean advance() throws Ext4Exception {
    while (next < end) {
      at = next;
      int length = at + HEADER <= end ? recordLength() : 0;
      if (length < HEADER
          || length % 4 != 0
          || length > end - at
          || HEADER + nameLength() > length) {
        throw corrupt(
            "directory inode %d has a bad entry at byte %d of a block: run e2fsck"
                .formatted(directory, at));
      }
      next = at + length;
      if (inode() != 0 && nameLength() > 0) {
        return true;
      }
    }
    return false;
  }

  private int recordLength() {
    int stated = LittleEndian.u16(bytes, at + 4);
    if (blockSize < (1 << 16)) {
      return stated;
    }
    return stated == 0xFFFF || stated == 0 ? blockSize : (stated & 0xFFFC) | ((stated & 3) << 16);
  }

  private int nameLength() {
    return typed ? LittleEndian.u8(bytes, at + 6) : LittleEndian.u16(bytes, at + 6);
  }

  long inode() {
    return LittleEndian.u32(bytes, at);
  }

  DirectoryEntry.Type type() {
    return typed
        ? DirectoryEntry.Type.of(LittleEndian.u8(bytes, at + 7))
        : DirectoryEntry.Type.UNKNOWN;
  }

  boolean named(byte[] name) {
    int from = at + HEADER;
    return Arrays.equals(bytes, from, from + nameLength(), name, 0, name.length);
  }

  /** Return a copy of the entry's name. */
  byte[] name() {
    return Arrays.copyOfRange(bytes, at + HEADER, at + HEADER + nameLength());
  }

  /** Tell whether this is {@code .} or {@code ..}. */
  boolean dots() {
    int length = nameLength();
    return length <= 2
        && bytes[at + HEADER] == '.'
        && (length == 1 || bytes[at + HEADER + 1] == '.');
  }
}
