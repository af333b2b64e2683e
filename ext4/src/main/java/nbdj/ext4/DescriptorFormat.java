package nbdj.ext4;

/**
 * The fields of a group descriptor, and the checksums in it. Used with blocks of descriptors that
 * the caller owns; safe for use by several threads.
 */
final class DescriptorFormat {

  private static final int FREE = 0x0C;
  private static final int FREE_HIGH = 0x2C;
  private static final int FREE_INODES = 0x0E;
  private static final int FREE_INODES_HIGH = 0x2E;
  private static final int FLAGS = 0x12;
  private static final int BITMAP_CHECKSUM = 0x18;
  private static final int BITMAP_CHECKSUM_HIGH = 0x38;
  private static final int CHECKSUM = 0x1E;

  /** Where the part that only long descriptors have begins. */
  private static final int LONG = 0x20;

  /** Flag of a group whose block bitmap is not on the device. */
  private static final int BLOCK_UNINIT = 0x2;

  private final Superblock superblock;
  private final Geometry geometry;

  /** Whether descriptors are long enough for the upper halves of their numbers. */
  private final boolean wide;

  DescriptorFormat(Superblock superblock, Geometry geometry) {
    this.superblock = superblock;
    this.geometry = geometry;
    this.wide = geometry.descriptorSize >= 64;
  }

  /** Return the block that holds a group's descriptor. */
  long block(int group) {
    return geometry.descriptorBlock(group / perBlock());
  }

  /** Return where in its block a group's descriptor begins. */
  int offset(int group) {
    return group % perBlock() * geometry.descriptorSize;
  }

  private int perBlock() {
    return geometry.blockSize / geometry.descriptorSize;
  }

  long blockBitmap(byte[] bytes, int at) {
    return place(bytes, at, 0x00);
  }

  long inodeBitmap(byte[] bytes, int at) {
    return place(bytes, at, 0x04);
  }

  long inodeTable(byte[] bytes, int at) {
    return place(bytes, at, 0x08);
  }

  private long place(byte[] bytes, int at, int low) {
    long block = LittleEndian.u32(bytes, at + low);
    return wide ? block | (LittleEndian.u32(bytes, at + LONG + low) << 32) : block;
  }

  /** Return how many clusters are free. */
  int freeClusters(byte[] bytes, int at) {
    return number(bytes, at, FREE, FREE_HIGH);
  }

  void setFreeClusters(byte[] bytes, int at, int free) {
    LittleEndian.set16(bytes, at + FREE, free);
    if (wide) {
      LittleEndian.set16(bytes, at + FREE_HIGH, free >>> 16);
    }
  }

  /** Return how many inodes are free. */
  int freeInodes(byte[] bytes, int at) {
    return number(bytes, at, FREE_INODES, FREE_INODES_HIGH);
  }

  private int number(byte[] bytes, int at, int low, int high) {
    int number = LittleEndian.u16(bytes, at + low);
    return wide ? number | (LittleEndian.u16(bytes, at + high) << 16) : number;
  }

  /** Tell whether the group has no block bitmap yet, though a block for it. */
  boolean isUninitialised(byte[] bytes, int at) {
    return (superblock.has(Feature.GDT_CSUM) || superblock.has(Feature.METADATA_CSUM))
        && (LittleEndian.u16(bytes, at + FLAGS) & BLOCK_UNINIT) != 0;
  }

  /** Note that the group has a block bitmap. */
  void setInitialised(byte[] bytes, int at) {
    LittleEndian.set16(bytes, at + FLAGS, LittleEndian.u16(bytes, at + FLAGS) & ~BLOCK_UNINIT);
  }

  /** Tell whether a block bitmap has the checksum that its group's descriptor says. */
  boolean isRight(byte[] bytes, int at, byte[] bitmap) {
    if (!superblock.has(Feature.METADATA_CSUM)) {
      return true;
    }
    int difference = bitmapChecksum(bitmap) ^ LittleEndian.u16(bytes, at + BITMAP_CHECKSUM);
    return wide
        ? (difference ^ (LittleEndian.u16(bytes, at + BITMAP_CHECKSUM_HIGH) << 16)) == 0
        : (difference & 0xFFFF) == 0;
  }

  /** Bring all checksums of a descriptor up to date, that of its block bitmap first. */
  void seal(int group, byte[] bytes, int at, byte[] bitmap) {
    if (superblock.has(Feature.METADATA_CSUM)) {
      int checksum = bitmapChecksum(bitmap);
      LittleEndian.set16(bytes, at + BITMAP_CHECKSUM, checksum);
      if (wide) {
        LittleEndian.set16(bytes, at + BITMAP_CHECKSUM_HIGH, checksum >>> 16);
      }
    }
    if (superblock.has(Feature.METADATA_CSUM) || superblock.has(Feature.GDT_CSUM)) {
      LittleEndian.set16(bytes, at + CHECKSUM, checksum(group, bytes, at));
    }
  }

  private int bitmapChecksum(byte[] bitmap) {
    return Checksums.crc32c(
        superblock.checksumSeed(), bitmap, 0, geometry.clustersPerGroup / Byte.SIZE);
  }

  /**
   * Check a descriptor.
   *
   * @throws Ext4Exception if it fails its checksum
   */
  void verify(int group, byte[] bytes, int at) throws Ext4Exception {
    boolean checked = superblock.has(Feature.METADATA_CSUM) || superblock.has(Feature.GDT_CSUM);
    if (checked && checksum(group, bytes, at) != LittleEndian.u16(bytes, at + CHECKSUM)) {
      throw Ext4Exception.corrupt(
          "descriptor of group %d fails its checksum: run e2fsck".formatted(group));
    }
  }

  private int checksum(int group, byte[] bytes, int at) {
    int rest = geometry.descriptorSize - LONG;
    if (superblock.has(Feature.METADATA_CSUM)) {
      int state = Checksums.crc32c(superblock.checksumSeed(), group);
      state = Checksums.crc32c(state, bytes, at, CHECKSUM);
      state = Checksums.crc32c(state, new byte[2], 0, 2);
      return Checksums.crc32c(state, bytes, at + LONG, rest) & 0xFFFF;
    }
    int state = Checksums.crc16(Checksums.START, superblock.uuidBytes(), 0, 16);
    state = Checksums.crc16(state, group);
    state = Checksums.crc16(state, bytes, at, CHECKSUM);
    return Checksums.crc16(state, bytes, at + LONG, rest);
  }
}
