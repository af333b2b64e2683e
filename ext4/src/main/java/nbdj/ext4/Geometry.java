package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;
import static nbdj.ext4.Ext4Exception.notSupported;

/**
 * Where everything of fixed place lies in a filesystem. Every number has been checked against every
 * other and against the length of the device, so that arithmetic on them can neither overflow nor
 * divide by zero.
 */
final class Geometry {

  /**
   * Most block groups that are served: their inode tables' places are kept in memory, 8 bytes each.
   */
  static final int MAX_GROUPS = 1 << 20;

  private static final int MAX_LOG_BLOCK_SIZE = 6;
  private static final int MAX_LOG_CLUSTER_SIZE = 19;

  /** Block size in bytes: a power of two, 1024 to 65536. */
  final int blockSize;

  /** Logarithm of the block size: 10 to 16. */
  final int blockBits;

  /** Cluster size in bytes: a power of two, from the block size to 512 MiB. */
  final int clusterSize;

  /** Logarithm of the number of blocks in a cluster: 0 to 19. */
  final int clusterBits;

  /** Clusters in each group but the last, which may have fewer: a multiple of 8. */
  final int clustersPerGroup;

  /** Number of blocks; all of them lie on the device. */
  final long blocks;

  /** The first block that belongs to a group: 0 or 1. */
  final int firstDataBlock;

  /** Blocks in each group but the last, which may have fewer; at least 8. */
  final long blocksPerGroup;

  /** Number of groups: 1 to {@link #MAX_GROUPS}. */
  final int groups;

  /** Number of inodes, 1 to 2^32 - 1; inodes are numbered from 1. */
  final long inodes;

  /** Inodes in each group: 1 to 8 times the block size. */
  final int inodesPerGroup;

  /** Bytes of an inode: a power of two, 128 to the block size. */
  final int inodeSize;

  /** Blocks of one group's inode table. */
  final long inodeTableBlocks;

  /** The first inode that is not reserved: 11 or more. */
  final long firstInode;

  /** Bytes of a group descriptor: a power of two, 32 to 1024. */
  final int descriptorSize;

  /** Blocks that hold the descriptors of all groups, copies not counted. */
  final int descriptorBlocks;

  private final Superblock superblock;
  private final int reservedDescriptorBlocks;

  /**
   * How many of the descriptor blocks lie together behind the superblock; the others lie in their
   * own groups.
   */
  private final int leadingDescriptorBlocks;

  private Geometry(Superblock superblock, long deviceSize) throws Ext4Exception {
    this.superblock = superblock;
    long logBlock = superblock.logBlockSize();
    check(logBlock <= MAX_LOG_BLOCK_SIZE, "logarithm of the block size", logBlock);
    blockBits = 10 + (int) logBlock;
    blockSize = 1 << blockBits;
    boolean bigalloc = superblock.has(Feature.BIGALLOC);
    long logCluster = superblock.logClusterSize();
    boolean clustersFit =
        bigalloc
            ? logCluster >= logBlock && logCluster <= MAX_LOG_CLUSTER_SIZE
            : logCluster == logBlock;
    check(clustersFit, "logarithm of the cluster size", logCluster);
    clusterSize = 1024 << (int) logCluster;
    clusterBits = (int) (logCluster - logBlock);

    blocks = superblock.blocksCount();
    long deviceBlocks = deviceSize >>> blockBits;
    if (blocks < 0 || blocks > deviceBlocks) {
      throw corrupt(
          "filesystem has %s blocks of %d bytes, but the device only holds %d of them: is the image truncated?"
              .formatted(Long.toUnsignedString(blocks), blockSize, deviceBlocks));
    }
    long first = superblock.firstDataBlock();
    check(first == (logCluster == 0 ? 1 : 0) && first < blocks, "first data block", first);
    firstDataBlock = (int) first;
    blocksPerGroup = blocksPerGroup(bigalloc);
    clustersPerGroup = (int) (blocksPerGroup >>> clusterBits);
    long groupCount = (blocks - first + blocksPerGroup - 1) / blocksPerGroup;
    if (groupCount > MAX_GROUPS) {
      throw notSupported(
          "filesystem has %d block groups, at most %d are supported"
              .formatted(groupCount, MAX_GROUPS));
    }
    groups = (int) groupCount;

    inodeSize = superblock.inodeSize();
    check(
        inodeSize >= 128 && inodeSize <= blockSize && Integer.bitCount(inodeSize) == 1,
        "inode size",
        inodeSize);
    long perGroup = superblock.inodesPerGroup();
    check(perGroup >= 1 && perGroup <= 8L * blockSize, "number of inodes per group", perGroup);
    inodesPerGroup = (int) perGroup;
    inodes = superblock.inodesCount();
    check(inodes == groups * perGroup, "number of inodes", inodes);
    inodeTableBlocks = (perGroup * inodeSize + blockSize - 1) >>> blockBits;
    firstInode = superblock.firstInode();
    check(firstInode >= 11 && firstInode <= inodes, "first ordinary inode", firstInode);

    descriptorSize = superblock.has(Feature.BITS_64) ? superblock.descriptorSize() : 32;
    boolean wide = superblock.has(Feature.BITS_64);
    check(
        descriptorSize >= (wide ? 64 : 32)
            && descriptorSize <= 1024
            && Integer.bitCount(descriptorSize) == 1,
        "group descriptor size",
        descriptorSize);
    int perBlock = blockSize / descriptorSize;
    descriptorBlocks = (groups + perBlock - 1) / perBlock;
    long firstMeta = superblock.firstMetaGroup();
    check(firstMeta <= descriptorBlocks, "first meta block group", firstMeta);
    leadingDescriptorBlocks = superblock.has(Feature.META_BG) ? (int) firstMeta : descriptorBlocks;
    reservedDescriptorBlocks =
        superblock.has(Feature.META_BG) ? 0 : superblock.reservedDescriptorBlocks();
    check(
        reservedDescriptorBlocks <= blockSize / 4,
        "number of reserved descriptor blocks",
        reservedDescriptorBlocks);
    check(
        superblock.logGroupsPerFlex() <= 31,
        "logarithm of the flexible group size",
        superblock.logGroupsPerFlex());
    check(
        descriptorBlock(descriptorBlocks - 1) < blocks,
        "number of descriptor blocks",
        descriptorBlocks);
  }

  private long blocksPerGroup(boolean bigalloc) throws Ext4Exception {
    long perGroup = superblock.blocksPerGroup();
    long clusters = superblock.clustersPerGroup();
    if (!bigalloc) {
      clusters = perGroup;
    }
    check(
        clusters >= 8 && clusters <= 8L * blockSize && clusters % 8 == 0,
        "number of clusters per group",
        clusters);
    check(
        perGroup == clusters * (clusterSize >>> blockBits), "number of blocks per group", perGroup);
    return perGroup;
  }

  /**
   * Derive the layout of a filesystem.
   *
   * @param deviceSize bytes of the device
   * @throws Ext4Exception if the superblock's numbers do not fit each other or the device
   */
  static Geometry of(Superblock superblock, long deviceSize) throws Ext4Exception {
    return new Geometry(superblock, deviceSize);
  }

  private static void check(boolean good, String what, long value) throws Ext4Exception {
    if (!good) {
      throw corrupt("superblock has a bad %s (%d): run e2fsck".formatted(what, value));
    }
  }

  /** Return the first block of a group. */
  long groupStart(int group) {
    return firstDataBlock + group * blocksPerGroup;
  }

  /** Return the block after the last of a group. */
  long groupEnd(int group) {
    return Math.min(groupStart(group) + blocksPerGroup, blocks);
  }

  /** Return the number of the cluster that holds a block, counted from the first data block. */
  long clusterOf(long block) {
    return (block - firstDataBlock) >>> clusterBits;
  }

  /** Return the first block of a cluster. */
  long clusterStart(long cluster) {
    return firstDataBlock + (cluster << clusterBits);
  }

  /** Return how many clusters of a group are whole. */
  int clustersIn(int group) {
    return (int) ((groupEnd(group) - groupStart(group)) >>> clusterBits);
  }

  /**
   * Return the block that holds the descriptors of groups {@code index * blockSize /
   * descriptorSize} and following.
   */
  long descriptorBlock(int index) {
    if (index < leadingDescriptorBlocks) {
      return groupStart(0) + shift(0) + 1 + index;
    }
    int group = index * (blockSize / descriptorSize);
    return groupStart(group) + shift(group) + (hasSuperblock(group) ? 1 : 0);
  }

  /** Return where a group's copies of superblock and descriptors begin. */
  long copiesStart(int group) {
    return groupStart(group) + shift(group);
  }

  /**
   * Return how many blocks a group's copies of superblock and descriptors take, reserved ones
   * included; may be 0.
   */
  int copiesLength(int group) {
    int length = hasSuperblock(group) ? 1 : 0;
    int perBlock = blockSize / descriptorSize;
    int meta = group / perBlock;
    if (meta < leadingDescriptorBlocks || !superblock.has(Feature.META_BG)) {
      return length == 0 ? 0 : length + leadingDescriptorBlocks + reservedDescriptorBlocks;
    }
    int inMeta = group % perBlock;
    return inMeta <= 1 || inMeta == perBlock - 1 ? length + 1 : length;
  }

  /** In one odd shape the superblock is in block 1 of a group 0 that begins with block 0. */
  private int shift(int group) {
    return group == 0 && blockSize == 1024 && firstDataBlock == 0 ? 1 : 0;
  }

  private boolean hasSuperblock(int group) {
    if (superblock.has(Feature.SPARSE_SUPER2)) {
      return group == 0 || group == superblock.backupGroup(0) || group == superblock.backupGroup(1);
    }
    return group <= 1
        || !superblock.has(Feature.SPARSE_SUPER)
        || isPower(group, 3)
        || isPower(group, 5)
        || isPower(group, 7);
  }

  private static boolean isPower(int number, int base) {
    long power = base;
    while (power < number) {
      power *= base;
    }
    return power == number;
  }
}
