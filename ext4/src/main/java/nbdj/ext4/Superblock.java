package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;
import static nbdj.ext4.Ext4Exception.notSupported;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The primary superblock as it stands on the device: fields are read, but only those that tell what
 * it is have been checked. {@link Geometry} holds the numbers that were.
 */
final class Superblock {

  /** Where on the device the primary superblock begins, whatever the block size. */
  static final int OFFSET = 1024;

  /** Length of the superblock in bytes. */
  static final int SIZE = 1024;

  /** Bit of {@link #state} that says the filesystem was unmounted cleanly. */
  static final int STATE_VALID = 0x1;

  /** Bit of {@link #state} that says errors were found. */
  static final int STATE_ERRORS = 0x2;

  /** Bit of {@link #state} that says a replay of fast commits was under way. */
  static final int STATE_FAST_COMMIT_REPLAY = 0x20;

  /** Bit of {@link #flags} that says names are hashed as unsigned characters. */
  static final int FLAG_UNSIGNED_HASH = 0x2;

  private static final int CHECKSUM = 0x3FC;
  private static final int MAGIC = 0xEF53;
  private static final int CHECKSUM_TYPE_CRC32C = 1;

  private final byte[] raw;

  /** Whether fields from 0x54 on, features among them, mean anything. */
  private final boolean dynamic;

  private Superblock(byte[] raw) {
    this.raw = raw;
    this.dynamic = LittleEndian.i32(raw, 0x4C) == 1;
  }

  /**
   * Recognise a superblock.
   *
   * @param raw {@link #SIZE} bytes; owned by the result
   * @throws Ext4Exception if it is none, of an unknown revision, or fails its checksum
   */
  static Superblock of(byte[] raw) throws Ext4Exception {
    if (LittleEndian.u16(raw, 0x38) != MAGIC) {
      throw notSupported(
          "no ext2, ext3 or ext4 filesystem found: the superblock's magic number is missing");
    }
    long revision = LittleEndian.u32(raw, 0x4C);
    if (revision > 1) {
      throw notSupported(
          "filesystem has revision %d, only 0 and 1 are supported".formatted(revision));
    }
    Superblock superblock = new Superblock(raw);
    superblock.verifyChecksum();
    return superblock;
  }

  /**
   * Read and recognise the superblock of a device.
   *
   * @param device at least {@code OFFSET + SIZE} bytes
   */
  static Superblock read(BlockDevice device) throws IOException {
    byte[] raw = new byte[SIZE];
    device.read(ByteBuffer.wrap(raw), OFFSET);
    return of(raw);
  }

  private void verifyChecksum() throws Ext4Exception {
    if (!has(Feature.METADATA_CSUM)) {
      return;
    }
    int type = LittleEndian.u8(raw, 0x175);
    if (type != CHECKSUM_TYPE_CRC32C) {
      throw notSupported("filesystem has checksums of unknown type %d".formatted(type));
    }
    int computed = Checksums.crc32c(Checksums.START, raw, 0, CHECKSUM);
    if (computed != LittleEndian.i32(raw, CHECKSUM)) {
      throw corrupt("superblock fails its checksum: run e2fsck");
    }
  }

  boolean has(Feature feature) {
    return (features(feature.group) & feature.bit) != 0;
  }

  /** Return the bits of one field of features; 0 for revision 0, which has none. */
  int features(Feature.Group group) {
    if (!dynamic) {
      return 0;
    }
    return switch (group) {
      case COMPAT -> LittleEndian.i32(raw, 0x5C);
      case INCOMPAT -> LittleEndian.i32(raw, 0x60);
      case RO_COMPAT -> LittleEndian.i32(raw, 0x64);
    };
  }

  /** Return the names of all features, those of the compatible group first. */
  List<String> featureNames() {
    List<String> names = new ArrayList<>();
    for (Feature.Group group : Feature.Group.values()) {
      names.addAll(group.names(features(group)));
    }
    return List.copyOf(names);
  }

  int revision() {
    return dynamic ? 1 : 0;
  }

  long inodesCount() {
    return LittleEndian.u32(raw, 0x00);
  }

  /** Return the number of blocks, 64 bits unsigned. */
  long blocksCount() {
    long low = LittleEndian.u32(raw, 0x04);
    return has(Feature.BITS_64) ? low | (LittleEndian.u32(raw, 0x150) << 32) : low;
  }

  long firstDataBlock() {
    return LittleEndian.u32(raw, 0x14);
  }

  /**
   * Return the logarithm of the block size over 1024, 32 bits unsigned: never shift by it
   * unchecked.
   */
  long logBlockSize() {
    return LittleEndian.u32(raw, 0x18);
  }

  /**
   * Return the logarithm of the cluster size over 1024, 32 bits unsigned: never shift by it
   * unchecked.
   */
  long logClusterSize() {
    return LittleEndian.u32(raw, 0x1C);
  }

  long blocksPerGroup() {
    return LittleEndian.u32(raw, 0x20);
  }

  long clustersPerGroup() {
    return LittleEndian.u32(raw, 0x24);
  }

  long inodesPerGroup() {
    return LittleEndian.u32(raw, 0x28);
  }

  int state() {
    return LittleEndian.u16(raw, 0x3A);
  }

  long firstInode() {
    return dynamic ? LittleEndian.u32(raw, 0x54) : 11;
  }

  int inodeSize() {
    return dynamic ? LittleEndian.u16(raw, 0x58) : 128;
  }

  int reservedDescriptorBlocks() {
    return has(Feature.RESIZE_INODE) ? LittleEndian.u16(raw, 0xCE) : 0;
  }

  /** Return the inode of the journal, or 0 if there is none inside the filesystem. */
  long journalInode() {
    return has(Feature.HAS_JOURNAL) ? LittleEndian.u32(raw, 0xE0) : 0;
  }

  /** Tell whether the superblock has a copy of the journal inode's map and size. */
  boolean hasJournalBackup() {
    return journalInode() != 0 && LittleEndian.u8(raw, 0xFD) == 1;
  }

  /** Return an inode with the map and the size of the journal's, as the superblock has them. */
  Inode journalBackup() throws Ext4Exception {
    ByteBuffer inode = ByteBuffer.allocate(inodeSize()).order(ByteOrder.LITTLE_ENDIAN);
    inode.putShort(0x00, (short) 0x8180).putShort(0x1A, (short) 1);
    inode.putInt(0x04, LittleEndian.i32(raw, 0x10C + 4 * 16));
    inode.putInt(0x6C, LittleEndian.i32(raw, 0x10C + 4 * 15));
    inode.put(Inode.MAP, raw, 0x10C, Inode.MAP_LENGTH);
    if ((inode.getShort(Inode.MAP) & 0xFFFF) == ExtentNodes.MAGIC) {
      inode.putInt(0x20, Inode.FLAG_EXTENTS);
    }
    return Inode.unverified(journalInode(), inode.array(), this);
  }

  /** Return the four words that begin the hash of a name; all zero means the format's own. */
  int[] hashSeed() {
    int[] seed = new int[4];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = LittleEndian.i32(raw, 0xEC + 4 * i);
    }
    return seed;
  }

  /** Return the length of a group descriptor as stated; only meaningful with 64BIT. */
  int descriptorSize() {
    return LittleEndian.u16(raw, 0xFE);
  }

  long firstMetaGroup() {
    return has(Feature.META_BG) ? LittleEndian.u32(raw, 0x104) : 0;
  }

  long flags() {
    return LittleEndian.u32(raw, 0x160);
  }

  long multiMountBlock() {
    return LittleEndian.i64(raw, 0x168);
  }

  /** Return how many seconds may pass between two writes of the multi-mount protection block. */
  int multiMountInterval() {
    return LittleEndian.u16(raw, 0x166);
  }

  int logGroupsPerFlex() {
    return LittleEndian.u8(raw, 0x174);
  }

  long userQuotaInode() {
    return has(Feature.QUOTA) ? LittleEndian.u32(raw, 0x240) : 0;
  }

  long groupQuotaInode() {
    return has(Feature.QUOTA) ? LittleEndian.u32(raw, 0x244) : 0;
  }

  long projectQuotaInode() {
    return has(Feature.QUOTA) && has(Feature.PROJECT) ? LittleEndian.u32(raw, 0x26C) : 0;
  }

  long orphanFileInode() {
    return has(Feature.ORPHAN_FILE) ? LittleEndian.u32(raw, 0x280) : 0;
  }

  /**
   * Return one of the two groups, 0 or 1, that hold copies of the superblock with SPARSE_SUPER2.
   */
  long backupGroup(int which) {
    return LittleEndian.u32(raw, 0x24C + 4 * which);
  }

  /** Return the crc32c state that begins every checksum but the superblock's own. */
  int checksumSeed() {
    return has(Feature.CSUM_SEED)
        ? LittleEndian.i32(raw, 0x270)
        : Checksums.crc32c(Checksums.START, raw, 0x68, 16);
  }

  /** Return the 16 bytes of the UUID. */
  byte[] uuidBytes() {
    return Arrays.copyOfRange(raw, 0x68, 0x78);
  }

  UUID uuid() {
    return new UUID(
        Long.reverseBytes(LittleEndian.i64(raw, 0x68)),
        Long.reverseBytes(LittleEndian.i64(raw, 0x70)));
  }

  /** Return a copy of all bytes. */
  byte[] bytes() {
    return raw.clone();
  }

  String label() {
    return Printable.field(raw, 0x78, 16);
  }
}
