package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.util.Arrays;

/**
 * The inode of an open file, to be changed. What it says of the map's root is kept, so that reading
 * it takes no device.
 *
 * <p>All edits are made with the file's map locked.
 */
final class FileInode implements MapRoot {

  private static final int CHECKSUM_LOW = 0x7C;
  private static final int CHECKSUM_HIGH = 0x82;
  private static final int FLAGS = 0x20;
  private static final int BLOCKS = 0x1C;
  private static final int BLOCKS_HIGH = 0x74;

  /** Flag of an inode that counts its blocks in blocks, not in 512 bytes. */
  private static final int FLAG_HUGE_FILE = 0x4_0000;

  private static final int SECTOR_BITS = 9;

  private final Volume volume;
  private final long number;
  private final int checksumSeed;
  private final int extraSize;

  /** The block of the inode table that holds the inode, and where in it. */
  private final long block;

  private final int offset;

  /** The whole inode; replaced, never modified. */
  private volatile byte[] raw;

  /** Whether the inode has been changed. */
  private boolean changing;

  /**
   * Begin with an inode as it is.
   *
   * @param volume whose metadata is read through the store
   */
  FileInode(Volume volume, Inode inode) {
    this.volume = volume;
    this.number = inode.number;
    this.checksumSeed = inode.checksumSeed();
    this.extraSize = inode.extraSize();
    long place = volume.descriptors.inodeOffset(inode.number);
    this.block = place >>> volume.geometry.blockBits;
    this.offset = (int) (place & (volume.geometry.blockSize - 1));
    this.raw = inode.raw;
  }

  /** Return the whole inode as it is after the last edit; not to be modified. */
  byte[] raw() {
    return raw;
  }

  @Override
  public byte[] read() {
    return Arrays.copyOfRange(raw, Inode.MAP, Inode.MAP + Inode.MAP_LENGTH);
  }

  @Override
  public void write(MetadataStore.Change change, byte[] changed) throws IOException {
    byte[] bytes = edit(change);
    System.arraycopy(changed, 0, bytes, offset + Inode.MAP, Inode.MAP_LENGTH);
    seal(bytes);
  }

  /** Take the inode into a change, so that editing it cannot fail later. */
  void touch(MetadataStore.Change change) throws IOException {
    edit(change);
  }

  private byte[] edit(MetadataStore.Change change) throws IOException {
    if (!changing) {
      volume.inodes.changedBy(number, this);
      changing = true;
    }
    return change.edit(block, MetadataStore.Change.Kind.MAPPING, "inode table block");
  }

  /**
   * Check that the inode can count more blocks.
   *
   * @throws Ext4Exception if its count is full
   */
  void checkRoom(long more) throws Ext4Exception {
    if (!volume.superblock.has(Feature.HUGE_FILE)) {
      long sectors = LittleEndian.u32(raw, BLOCKS) + sectors(more);
      if (sectors >= 1L << 32) {
        throw new Ext4Exception(
            Ext4Exception.Kind.NO_SPACE,
            "inode %d can count no more blocks, since the filesystem lacks huge_file: turn it on with tune2fs"
                .formatted(number));
      }
    }
  }

  private long sectors(long blocks) {
    return blocks << (volume.geometry.blockBits - SECTOR_BITS);
  }

  /**
   * Count blocks that the file has more, or fewer if negative, and note that it changed.
   *
   * @param milliseconds since 1970
   */
  void count(MetadataStore.Change change, long blocks, long milliseconds) throws IOException {
    byte[] bytes = edit(change);
    boolean wide = volume.superblock.has(Feature.HUGE_FILE);
    long before = LittleEndian.u32(bytes, offset + BLOCKS);
    before |= wide ? (long) LittleEndian.u16(bytes, offset + BLOCKS_HIGH) << 32 : 0;
    int flags = LittleEndian.i32(bytes, offset + FLAGS);
    boolean inBlocks = wide && (flags & FLAG_HUGE_FILE) != 0;
    long after = before + (inBlocks ? blocks : sectors(blocks));
    if (after < 0) {
      throw corrupt("inode %d counts fewer blocks than it has: run e2fsck".formatted(number));
    }
    if (wide && !inBlocks && after >= 1L << 48) {
      after >>>= volume.geometry.blockBits - SECTOR_BITS;
      LittleEndian.set32(bytes, offset + FLAGS, flags | FLAG_HUGE_FILE);
    }
    LittleEndian.set32(bytes, offset + BLOCKS, (int) after);
    if (wide) {
      LittleEndian.set16(bytes, offset + BLOCKS_HIGH, (int) (after >>> 32));
    }
    setTimes(bytes, milliseconds);
    seal(bytes);
  }

  /**
   * Note that the file's content changed.
   *
   * @param milliseconds since 1970
   */
  void changed(MetadataStore.Change change, long milliseconds) throws IOException {
    byte[] bytes = edit(change);
    setTimes(bytes, milliseconds);
    seal(bytes);
  }

  /** Change bytes of the inode beside its fields. */
  void put(MetadataStore.Change change, Patcher patcher) throws IOException {
    byte[] bytes = edit(change);
    patcher.patch(bytes, offset);
    seal(bytes);
  }

  /** Changes some bytes of an inode that begins somewhere in an array. */
  interface Patcher {
    void patch(byte[] bytes, int at);
  }

  private void setTimes(byte[] bytes, long milliseconds) {
    setTime(bytes, 0x0C, 0x84, milliseconds);
    setTime(bytes, 0x10, 0x88, milliseconds);
  }

  private void setTime(byte[] bytes, int at, int extra, long milliseconds) {
    long seconds = Math.floorDiv(milliseconds, 1000L);
    long nanoseconds = Math.floorMod(milliseconds, 1000L) * 1_000_000;
    LittleEndian.set32(bytes, offset + at, (int) seconds);
    if (extraSize >= extra + Integer.BYTES - 0x80) {
      long epoch = ((seconds - (int) seconds) >>> 32) & 3;
      LittleEndian.set32(bytes, offset + extra, (int) (nanoseconds << 2 | epoch));
    }
  }

  private void seal(byte[] bytes) {
    if (volume.checksums) {
      putChecksum(bytes);
    }
    raw = Arrays.copyOfRange(bytes, offset, offset + volume.geometry.inodeSize);
  }

  private void putChecksum(byte[] bytes) {
    boolean wide = extraSize >= 4;
    LittleEndian.set16(bytes, offset + CHECKSUM_LOW, 0);
    if (wide) {
      LittleEndian.set16(bytes, offset + CHECKSUM_HIGH, 0);
    }
    int checksum = Checksums.crc32c(checksumSeed, bytes, offset, volume.geometry.inodeSize);
    LittleEndian.set16(bytes, offset + CHECKSUM_LOW, checksum);
    if (wide) {
      LittleEndian.set16(bytes, offset + CHECKSUM_HIGH, checksum >>> 16);
    }
  }
}
