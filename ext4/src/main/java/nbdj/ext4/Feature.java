package nbdj.ext4;

import java.util.ArrayList;
import java.util.List;

/** The features a superblock can name, with the names that mke2fs and dumpe2fs use for them. */
enum Feature {
  DIR_PREALLOC(Group.COMPAT, 0x1, "dir_prealloc"),
  IMAGIC_INODES(Group.COMPAT, 0x2, "imagic_inodes"),
  HAS_JOURNAL(Group.COMPAT, 0x4, "has_journal"),
  EXT_ATTR(Group.COMPAT, 0x8, "ext_attr"),
  RESIZE_INODE(Group.COMPAT, 0x10, "resize_inode"),
  DIR_INDEX(Group.COMPAT, 0x20, "dir_index"),
  LAZY_BG(Group.COMPAT, 0x40, "lazy_bg"),
  EXCLUDE_INODE(Group.COMPAT, 0x80, "snapshot"),
  EXCLUDE_BITMAP(Group.COMPAT, 0x100, "snapshot_bitmap"),
  SPARSE_SUPER2(Group.COMPAT, 0x200, "sparse_super2"),
  FAST_COMMIT(Group.COMPAT, 0x400, "fast_commit"),
  STABLE_INODES(Group.COMPAT, 0x800, "stable_inodes"),
  ORPHAN_FILE(Group.COMPAT, 0x1000, "orphan_file"),

  COMPRESSION(Group.INCOMPAT, 0x1, "compression"),
  FILETYPE(Group.INCOMPAT, 0x2, "filetype"),
  RECOVER(Group.INCOMPAT, 0x4, "needs_recovery"),
  JOURNAL_DEV(Group.INCOMPAT, 0x8, "journal_dev"),
  META_BG(Group.INCOMPAT, 0x10, "meta_bg"),
  EXTENTS(Group.INCOMPAT, 0x40, "extent"),
  BITS_64(Group.INCOMPAT, 0x80, "64bit"),
  MMP(Group.INCOMPAT, 0x100, "mmp"),
  FLEX_BG(Group.INCOMPAT, 0x200, "flex_bg"),
  EA_INODE(Group.INCOMPAT, 0x400, "ea_inode"),
  DIRDATA(Group.INCOMPAT, 0x1000, "dirdata"),
  CSUM_SEED(Group.INCOMPAT, 0x2000, "metadata_csum_seed"),
  LARGEDIR(Group.INCOMPAT, 0x4000, "large_dir"),
  INLINE_DATA(Group.INCOMPAT, 0x8000, "inline_data"),
  ENCRYPT(Group.INCOMPAT, 0x10000, "encrypt"),
  CASEFOLD(Group.INCOMPAT, 0x20000, "casefold"),

  SPARSE_SUPER(Group.RO_COMPAT, 0x1, "sparse_super"),
  LARGE_FILE(Group.RO_COMPAT, 0x2, "large_file"),
  BTREE_DIR(Group.RO_COMPAT, 0x4, "btree_dir"),
  HUGE_FILE(Group.RO_COMPAT, 0x8, "huge_file"),
  GDT_CSUM(Group.RO_COMPAT, 0x10, "uninit_bg"),
  DIR_NLINK(Group.RO_COMPAT, 0x20, "dir_nlink"),
  EXTRA_ISIZE(Group.RO_COMPAT, 0x40, "extra_isize"),
  HAS_SNAPSHOT(Group.RO_COMPAT, 0x80, "has_snapshot"),
  QUOTA(Group.RO_COMPAT, 0x100, "quota"),
  BIGALLOC(Group.RO_COMPAT, 0x200, "bigalloc"),
  METADATA_CSUM(Group.RO_COMPAT, 0x400, "metadata_csum"),
  REPLICA(Group.RO_COMPAT, 0x800, "replica"),
  READONLY(Group.RO_COMPAT, 0x1000, "read-only"),
  PROJECT(Group.RO_COMPAT, 0x2000, "project"),
  SHARED_BLOCKS(Group.RO_COMPAT, 0x4000, "shared_blocks"),
  VERITY(Group.RO_COMPAT, 0x8000, "verity"),
  ORPHAN_PRESENT(Group.RO_COMPAT, 0x10000, "orphan_present");

  /** What someone who does not know a feature may still do with the filesystem. */
  enum Group {
    /** Anything. */
    COMPAT("compatible"),
    /** Nothing. */
    INCOMPAT("incompatible"),
    /** Read. */
    RO_COMPAT("read-only-compatible");

    /** The group's name in messages. */
    final String title;

    Group(String title) {
      this.title = title;
    }

    /** Return the bits of a field that no feature here stands for. */
    int unknown(int field) {
      int known = 0;
      for (Feature feature : Feature.values()) {
        if (feature.group == this) {
          known |= feature.bit;
        }
      }
      return field & ~known;
    }

    /** Return the names of the features in a field; bits without a name are given as one number. */
    List<String> names(int field) {
      List<String> names = new ArrayList<>();
      for (Feature feature : Feature.values()) {
        if (feature.group == this && (field & feature.bit) != 0) {
          names.add(feature.title);
        }
      }
      int unknown = unknown(field);
      if (unknown != 0) {
        names.add("%s:0x%x".formatted(title, unknown));
      }
      return names;
    }
  }

  /** Which field of the superblock the bit is in. */
  final Group group;

  /** The one bit of the field that stands for the feature. */
  final int bit;

  /** The feature's name for a person. */
  final String title;

  Feature(Group group, int bit, String title) {
    this.group = group;
    this.bit = bit;
    this.title = title;
  }
}
