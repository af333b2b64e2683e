package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import nbdj.ext4.MetadataStore.Change;
import nbdj.ext4.MetadataStore.Change.Kind;

/**
 * A minimal allocator: marks single blocks as used and free in bitmaps and descriptors. Safe for
 * use by several threads.
 */
final class ScribeBlocks {

  private final Volume volume;
  private final Geometry geometry;

  /** Blocks that nothing leads to, oldest first. */
  private final Deque<Long> free = new ArrayDeque<>();

  /**
   * Find free blocks, all in one group.
   *
   * @param most how many are used at all, so that they are used again soon
   */
  ScribeBlocks(Volume volume, int most) throws IOException {
    this.volume = volume;
    this.geometry = volume.geometry;
    for (int group = geometry.groups - 1; group >= 0 && free.isEmpty(); group--) {
      byte[] descriptor = descriptorBlock(volume.reader, group);
      int at = descriptorAt(group);
      if ((LittleEndian.u16(descriptor, at + 0x12) & 2) == 0) {
        byte[] bitmap = volume.reader.block(place(descriptor, at), "bitmap");
        long end = geometry.groupEnd(group);
        for (long block = end - 1; block > geometry.groupStart(group); block--) {
          int bit = (int) (block - geometry.groupStart(group));
          if ((bitmap[bit >> 3] >> (bit & 7) & 1) == 0 && free.size() < most) {
            free.add(block);
          }
        }
      }
    }
  }

  synchronized long take() {
    Long block = free.poll();
    if (block == null) {
      throw new AssertionError("no free block left");
    }
    return block;
  }

  synchronized boolean hasFree(int count) {
    return free.size() >= count;
  }

  /** Make a block available, the next to be taken. */
  synchronized void give(long block) {
    free.addFirst(block);
  }

  private byte[] descriptorBlock(MetadataReader reader, int group) throws IOException {
    return reader.block(descriptorPlace(group), "descriptors");
  }

  private long descriptorPlace(int group) {
    return geometry.descriptorBlock(group / (geometry.blockSize / geometry.descriptorSize));
  }

  private int descriptorAt(int group) {
    return group % (geometry.blockSize / geometry.descriptorSize) * geometry.descriptorSize;
  }

  private long place(byte[] descriptor, int at) {
    long low = LittleEndian.u32(descriptor, at);
    return geometry.descriptorSize >= 64
        ? low | LittleEndian.u32(descriptor, at + 0x20) << 32
        : low;
  }

  /** Mark a block; two blocks of metadata are edited. */
  synchronized void mark(Change change, long block, boolean used) throws IOException {
    assert LockRank.GROUP.taken();
    int group = (int) ((block - geometry.firstDataBlock) / geometry.blocksPerGroup);
    int bit = (int) (block - geometry.groupStart(group));
    byte[] descriptors = change.edit(descriptorPlace(group), Kind.ALLOCATION, "descriptors");
    int at = descriptorAt(group);
    byte[] bitmap = change.edit(place(descriptors, at), Kind.ALLOCATION, "bitmap");
    int mask = 1 << (bit & 7);
    if (((bitmap[bit >> 3] & mask) != 0) == used) {
      throw new AssertionError("block %d is marked already".formatted(block));
    }
    bitmap[bit >> 3] ^= (byte) mask;
    Patch patch = new Patch(descriptors);
    patch.set16(at + 0x0CL, patch.get16(at + 0x0CL) + (used ? -1 : 1));
    if (volume.checksums) {
      int length = (int) geometry.blocksPerGroup / 8;
      int sum = Checksums.crc32c(volume.superblock.checksumSeed(), bitmap, 0, length);
      patch.set16(at + 0x18L, sum);
      if (geometry.descriptorSize >= 64) {
        patch.set16(at + 0x38L, sum >>> 16);
      }
    }
    patch.set16(at + 0x1EL, 0);
    patch.set16(at + 0x1EL, descriptorSum(group, descriptors, at));
    assert LockRank.GROUP.given();
  }

  private int descriptorSum(int group, byte[] bytes, int at) {
    int size = geometry.descriptorSize;
    if (volume.checksums) {
      int state = Checksums.crc32c(volume.superblock.checksumSeed(), group);
      return Checksums.crc32c(state, bytes, at, size);
    }
    if (volume.superblock.has(Feature.GDT_CSUM)) {
      int state = Checksums.crc16(Checksums.START, volume.superblock.uuidBytes(), 0, 16);
      state = Checksums.crc16(Checksums.crc16(state, group), bytes, at, 0x1E);
      return Checksums.crc16(state, bytes, at + 0x20, size - 0x20);
    }
    return 0;
  }
}
