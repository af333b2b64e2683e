package nbdj.ext4;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import nbdj.ext4.MetadataStore.Change;
import nbdj.ext4.MetadataStore.Change.Kind;

/**
 * The map of a small file, written anew with every change: extents of one block in the inode or in
 * one node, or pointers in the inode and in one indirect block. For one thread.
 */
final class ScribeFile {

  private static final int ROOT_EXTENTS = 4;
  private static final int DIRECT = 12;

  private final Volume volume;
  final String path;
  final int number;
  private final boolean extents;
  private final int seed;

  /** Where blocks of the file lie. */
  final TreeMap<Integer, Long> map = new TreeMap<>();

  /** The block that holds what the inode has no room for; 0 if there is none. */
  long node;

  /** What the inode says that the node begins with. */
  private int key;

  ScribeFile(Volume volume, String path, int number) throws IOException {
    this.volume = volume;
    this.path = path;
    this.number = number;
    Inode inode = PathResolver.resolve(volume, path);
    this.extents = inode.has(Inode.FLAG_EXTENTS);
    this.seed = inode.checksumSeed();
    this.place = volume.descriptors.inodeOffset(inode.number);
    BlockMap source = new FileContent(volume, inode, new MapBudget(0)).map();
    int end = (int) (inode.size >>> volume.geometry.blockBits);
    for (int block = 0; block < end; block++) {
      MapLeaf leaf = source.leafAt(block);
      int index = leaf.indexOf(block);
      if (index >= 0 && block < leaf.end(index)) {
        map.put(block, leaf.physical(index) + block - leaf.first(index));
      }
    }
    if (needsNode()) {
      throw new AssertionError(path + " has more blocks than its inode has room for");
    }
  }

  private final long place;

  /** Take a block that the file has out of the map and return it. */
  long unmap(int index) {
    return Objects.requireNonNull(map.remove(index));
  }

  boolean needsNode() {
    return extents ? map.size() > ROOT_EXTENTS : !map.isEmpty() && map.lastKey() >= DIRECT;
  }

  /** Tell whether the inode leads to the node as it now is, too. */
  boolean keepsKey() {
    return !extents || map.firstKey() == key;
  }

  /** Write the inode, as the map now is. */
  void writeInode(Change change) throws IOException {
    Geometry geometry = volume.geometry;
    byte[] block = change.edit(place >>> geometry.blockBits, Kind.MAPPING, "inode");
    int at = (int) (place & (geometry.blockSize - 1));
    Patch patch = new Patch(block);
    int blocks = map.size() + (node == 0 ? 0 : 1);
    patch.set32(at + 0x1CL, blocks * (geometry.blockSize / 512));
    int root = at + Inode.MAP;
    Arrays.fill(block, root, root + Inode.MAP_LENGTH, (byte) 0);
    if (!extents) {
      map.headMap(DIRECT).forEach((index, to) -> patch.set32(root + 4L * index, to.intValue()));
      patch.set32(root + 4L * DIRECT, (int) node);
    } else if (node == 0) {
      writeExtents(patch, root, ROOT_EXTENTS);
    } else {
      header(patch, root, 1, ROOT_EXTENTS, 1);
      key = map.firstKey();
      patch.set32(root + 12L, key).set32(root + 16L, (int) node);
      patch.set16(root + 20L, (int) (node >>> 32));
    }
    if (volume.checksums) {
      patch.set16(at + 0x7CL, 0);
      boolean wide = geometry.inodeSize > 128;
      if (wide) {
        patch.set16(at + 0x82L, 0);
      }
      int sum = Checksums.crc32c(seed, block, at, geometry.inodeSize);
      patch.set16(at + 0x7CL, sum);
      if (wide) {
        patch.set16(at + 0x82L, sum >>> 16);
      }
    }
  }

  /** Write the node, as the map now is, into a block that has been taken into a change. */
  void writeNode(byte[] block) {
    Arrays.fill(block, (byte) 0);
    Patch patch = new Patch(block);
    if (!extents) {
      map.tailMap(DIRECT).forEach((index, to) -> patch.set32(4L * (index - DIRECT), to.intValue()));
      return;
    }
    int most = (block.length - 12) / 12;
    writeExtents(patch, 0, most);
    int end = 12 + 12 * most;
    if (volume.checksums) {
      patch.set32(end, Checksums.crc32c(seed, block, 0, end));
    }
  }

  private void writeExtents(Patch patch, int at, int most) {
    header(patch, at, map.size(), most, 0);
    int entry = at + 12;
    for (Map.Entry<Integer, Long> extent : map.entrySet()) {
      patch.set32(entry, extent.getKey()).set16(entry + 4L, 1);
      patch.set16(entry + 6L, (int) (extent.getValue() >>> 32));
      patch.set32(entry + 8L, extent.getValue().intValue());
      entry += 12;
    }
  }

  private static void header(Patch patch, int at, int entries, int most, int depth) {
    patch.set16(at, 0xF30A).set16(at + 2L, entries).set16(at + 4L, most).set16(at + 6L, depth);
  }
}
