package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;

/** One of the files in which the filesystem keeps how much space each owner uses. */
final class QuotaFile {

  /** Whose space is counted. */
  enum Type {
    USER(0xD9C0_1F11),
    GROUP(0xD9C0_1927),
    PROJECT(0xD9C0_3F14);

    private final int magic;

    Type(int magic) {
      this.magic = magic;
    }

    /** Return the owner of an inode. */
    long owner(Inode inode) {
      return switch (this) {
        case USER -> half(inode, 0x02) | half(inode, 0x78) << 16;
        case GROUP -> half(inode, 0x18) | half(inode, 0x7A) << 16;
        case PROJECT -> inode.extraSize() >= 32 ? LittleEndian.u32(inode.raw, 0x9C) : 0;
      };
    }

    private static long half(Inode inode, int at) {
      return LittleEndian.u16(inode.raw, at);
    }

    String title() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Where the bytes that an owner uses are counted: in 8 bytes of a block. */
  record Place(long block, int offset) {}

  /** The file is made of pieces of this many bytes, whatever the size of blocks. */
  private static final int UNIT_BITS = 10;

  private static final int ROOT = 1;
  private static final int LEVELS = 4;
  private static final int HEADER = 16;
  private static final int ENTRY = 72;
  private static final int SPACE = 48;

  private final Type type;
  private final int blockBits;
  private final long units;
  private final MetadataReader reader;
  private final BlockMap map;

  /**
   * Open a quota file.
   *
   * @param volume whose metadata is read through the store
   * @throws Ext4Exception if it is none
   */
  QuotaFile(Volume volume, Type type, long inode) throws IOException {
    this.type = type;
    this.blockBits = volume.geometry.blockBits;
    this.reader = volume.reader;
    FileContent content = new FileContent(volume, volume.inodes.read(inode), new MapBudget(0));
    this.units = content.size() >>> UNIT_BITS;
    this.map = content.map();
    Place head = unit(0);
    byte[] bytes = reader.block(head.block, "quota block");
    if (LittleEndian.i32(bytes, head.offset) != type.magic
        || LittleEndian.i32(bytes, head.offset + 4) != 1) {
      throw damaged("does not begin as it must");
    }
  }

  /**
   * Find where an owner's use is counted.
   *
   * @throws Ext4Exception if it is not counted, or the file is damaged
   */
  Place find(long owner) throws IOException {
    long unit = ROOT;
    for (int level = 0; level < LEVELS; level++) {
      Place node = unit(unit);
      byte[] bytes = reader.block(node.block, "quota block");
      int index = (int) (owner >>> (8 * (LEVELS - 1 - level))) & 0xFF;
      unit = LittleEndian.u32(bytes, node.offset + 4 * index);
      if (unit == 0) {
        throw missing(owner);
      }
    }
    Place leaf = unit(unit);
    byte[] bytes = reader.block(leaf.block, "quota block");
    int end = leaf.offset + (1 << UNIT_BITS);
    for (int at = leaf.offset + HEADER; at + ENTRY <= end; at += ENTRY) {
      if (LittleEndian.u32(bytes, at) == owner && !isEmpty(bytes, at)) {
        return new Place(leaf.block, at + SPACE);
      }
    }
    throw missing(owner);
  }

  private static boolean isEmpty(byte[] bytes, int at) {
    for (int i = 0; i < ENTRY; i++) {
      if (bytes[at + i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Find where a piece of the file lies. */
  private Place unit(long unit) throws IOException {
    if (unit >= units) {
      throw damaged("leads past its own end");
    }
    long offset = unit << UNIT_BITS;
    long logical = offset >>> blockBits;
    MapLeaf leaf = map.leafAt(logical);
    int index = leaf.indexOf(logical);
    if (index < 0 || logical >= leaf.end(index) || !leaf.written(index)) {
      throw damaged("has a hole");
    }
    return new Place(
        leaf.physical(index) + logical - leaf.first(index),
        (int) (offset - (logical << blockBits)));
  }

  private Ext4Exception missing(long owner) {
    return corrupt(
        "the filesystem's %s quota does not count %s %d, so that space can be neither allocated"
                .formatted(type.title(), type.title(), owner)
            + " nor given up: run e2fsck");
  }

  private Ext4Exception damaged(String how) {
    return corrupt("the filesystem's %s quota file %s: run e2fsck".formatted(type.title(), how));
  }
}
