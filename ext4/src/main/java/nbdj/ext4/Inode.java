package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.util.Arrays;

/** One inode as it was on the device when it was read; its checksum has been verified. */
final class Inode {

  static final int FLAG_COMPRESSED = 0x4;
  static final int FLAG_IMMUTABLE = 0x10;
  static final int FLAG_APPEND_ONLY = 0x20;
  static final int FLAG_COMPRESSED_BLOCKS = 0x200;
  static final int FLAG_ENCRYPTED = 0x800;
  static final int FLAG_INDEXED = 0x1000;
  static final int FLAG_JOURNAL_DATA = 0x4000;
  static final int FLAG_EXTENTS = 0x8_0000;
  static final int FLAG_VERITY = 0x10_0000;
  static final int FLAG_VALUE = 0x20_0000;
  static final int FLAG_INLINE_DATA = 0x1000_0000;
  static final int FLAG_CASEFOLD = 0x4000_0000;

  /** Where the map, or the first bytes of inline data, begin in the inode. */
  static final int MAP = 0x28;

  /** Length of the map in bytes. */
  static final int MAP_LENGTH = 60;

  private static final int CHECKSUM_LOW = 0x7C;
  private static final int CHECKSUM_HIGH = 0x82;

  /** The inode's number, from 1. */
  final long number;

  /** The whole inode, of the filesystem's inode size. */
  final byte[] raw;

  /** Length in bytes of what the inode stands for: 0 or more. */
  final long size;

  private final int checksumSeed;

  /**
   * Check and keep an inode.
   *
   * @param raw owned by the result
   * @throws Ext4Exception if it fails its checksum or holds impossible numbers
   */
  Inode(long number, byte[] raw, Superblock superblock) throws Ext4Exception {
    this(number, raw, superblock, superblock.has(Feature.METADATA_CSUM));
  }

  private Inode(long number, byte[] raw, Superblock superblock, boolean verify)
      throws Ext4Exception {
    this.number = number;
    this.raw = raw;
    if (raw.length > 128 && (extraSize() > raw.length - 128 || extraSize() % 4 != 0)) {
      throw corrupt(
          "inode %d has extra fields of impossible length %d: run e2fsck"
              .formatted(number, extraSize()));
    }
    checksumSeed =
        Checksums.crc32c(
            Checksums.crc32c(superblock.checksumSeed(), (int) number), LittleEndian.i32(raw, 0x64));
    if (verify) {
      verifyChecksum();
    }
    boolean wide =
        type() == Type.REGULAR
            ? superblock.revision() > 0
            : type() == Type.DIRECTORY && superblock.has(Feature.LARGEDIR);
    long low = LittleEndian.u32(raw, 0x04);
    size = wide ? low | (LittleEndian.u32(raw, 0x6C) << 32) : low;
    if (size < 0) {
      throw corrupt("inode %d has an impossible size: run e2fsck".formatted(number));
    }
  }

  /** Check and keep an inode that comes from elsewhere than the inode table, without a checksum. */
  static Inode unverified(long number, byte[] raw, Superblock superblock) throws Ext4Exception {
    return new Inode(number, raw, superblock, false);
  }

  private void verifyChecksum() throws Ext4Exception {
    boolean wide = raw.length > 128 && extraSize() >= 4;
    byte[] zeroed = raw.clone();
    Arrays.fill(zeroed, CHECKSUM_LOW, CHECKSUM_LOW + 2, (byte) 0);
    int stored = LittleEndian.u16(raw, CHECKSUM_LOW);
    if (wide) {
      Arrays.fill(zeroed, CHECKSUM_HIGH, CHECKSUM_HIGH + 2, (byte) 0);
      stored |= LittleEndian.u16(raw, CHECKSUM_HIGH) << 16;
    }
    int computed = Checksums.crc32c(checksumSeed, zeroed, 0, zeroed.length);
    // An inode that was never used is zeroes, without a checksum.
    if (stored != (wide ? computed : computed & 0xFFFF) && !isZero()) {
      throw corrupt("inode %d fails its checksum: run e2fsck".formatted(number));
    }
  }

  private boolean isZero() {
    for (byte b : raw) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** Return the crc32c state that begins the checksum of every block that belongs to this inode. */
  int checksumSeed() {
    return checksumSeed;
  }

  /** What an inode stands for. */
  enum Type {
    REGULAR,
    DIRECTORY,
    SYMLINK,
    OTHER
  }

  Type type() {
    return switch (LittleEndian.u16(raw, 0x00) >>> 12) {
      case 0x8 -> Type.REGULAR;
      case 0x4 -> Type.DIRECTORY;
      case 0xA -> Type.SYMLINK;
      default -> Type.OTHER;
    };
  }

  int links() {
    return LittleEndian.u16(raw, 0x1A);
  }

  /** Tell whether any of the flags in a mask is set. */
  boolean has(int flags) {
    return (LittleEndian.i32(raw, 0x20) & flags) != 0;
  }

  /** Return how many bytes of fields follow the first 128: 0 if there are none. */
  int extraSize() {
    return raw.length > 128 ? LittleEndian.u16(raw, 0x80) : 0;
  }
}
