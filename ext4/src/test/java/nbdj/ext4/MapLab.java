package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file's map in memory, an editor of it and, beside it, a naive one that knows each block. Every
 * call does the same to both, and checks what the editor has promised. For one thread.
 */
final class MapLab {

  /** Where data may lie: groups that hold nothing else. */
  static final long DATA = 17 * 8192 + 1024;

  static final int DATA_LENGTH = 7 * 8192;

  private static final long NODES = 11 * 8192 + 1;
  private static final int NODE_COUNT = 4 * 8192;

  /** Where a block lies. */
  record Place(long physical, boolean written) {}

  final boolean extents;
  final Inode inode;
  private final Volume device;
  final ToyStore store;
  private final ToyBlocks blocks;
  private final boolean atomic;
  MapEditor editor;
  final Volume volume;

  /** Most entries of a node. */
  private final int most;

  /** Where each block is to be found now. */
  final TreeMap<Long, Place> model = new TreeMap<>();

  /** Where each block was before the running transaction. */
  private TreeMap<Long, Place> durable = new TreeMap<>();

  /** Make an empty filesystem whose nodes are small, and which is only read. */
  static Path image(Path folder) throws IOException {
    Tools.require("mke2fs");
    Path image = folder.resolve("map-lab.img");
    Tools.must("mke2fs", "-q", "-F", "-t", "ext4", "-b", "1024", image.toString(), "256M");
    return image;
  }

  /**
   * Begin with an empty map.
   *
   * @param most entries of a node of extents
   */
  MapLab(BlockDevice image, boolean extents, boolean atomic, int most) throws IOException {
    this.extents = extents;
    this.device = Volume.open(image, Superblock.read(image));
    this.store = new ToyStore(atomic, device.geometry.blockSize);
    this.volume = device.over(store::newer);
    this.blocks = new ToyBlocks(NODES, NODE_COUNT);
    this.most = Math.min(most, (device.geometry.blockSize - 12) / 12);
    byte[] raw = new byte[device.geometry.inodeSize];
    Patch patch = new Patch(raw).set16(0, 0x8000).set32(0x20, extents ? Inode.FLAG_EXTENTS : 0);
    if (extents) {
      patch.set16(Inode.MAP, ExtentNodes.MAGIC).set16(Inode.MAP + 4, 4);
    }
    this.inode = Inode.unverified(12, raw, device.superblock);
    try (ToyStore.ToyChange change = store.begin(1)) {
      change.create(ToyStore.INODE, MetadataStore.Change.Kind.MAPPING);
      root(change, new FixedRoot(inode).read());
    }
    store.flush();
    this.atomic = atomic;
    editor = editor();
  }

  private MapEditor editor() throws IOException {
    MapRoot root = new LabRoot();
    return extents
        ? new ExtentEditor(volume, inode, root, blocks, atomic, most)
        : new IndirectEditor(volume, inode, root, blocks);
  }

  /** Go on with another editor, as when the file is closed and opened again. */
  void reopen() throws IOException {
    editor = editor();
  }

  private final class LabRoot implements MapRoot {
    @Override
    public byte[] read() {
      return rootOf(store.newer(ToyStore.INODE).orElseThrow());
    }

    @Override
    public void write(MetadataStore.Change change, byte[] root) {
      root(change, root);
    }
  }

  private static void root(MetadataStore.Change change, byte[] root) {
    byte[] bytes =
        ((ToyStore.ToyChange) change).edit(ToyStore.INODE, MetadataStore.Change.Kind.MAPPING, "");
    System.arraycopy(root, 0, bytes, 0, root.length);
  }

  private static byte[] rootOf(byte[] block) {
    return Arrays.copyOf(block, Inode.MAP_LENGTH);
  }

  private ToyStore.ToyChange begin() {
    blocks.allow(editor.mostNodes());
    return store.begin(editor.mostBlocks());
  }

  void insert(long logical, long physical, int length, boolean written) throws IOException {
    int done = 0;
    do {
      try (ToyStore.ToyChange change = begin()) {
        done += editor.insert(change, logical + done, physical + done, length - done, written);
      }
    } while (done < length);
    for (int i = 0; i < length; i++) {
      model.put(logical + i, new Place(physical + i, written));
    }
  }

  void mark(long logical, int length, boolean written) throws IOException {
    try (ToyStore.ToyChange change = begin()) {
      editor.mark(change, logical, length, written);
    }
    for (long block = logical; block < logical + length; block++) {
      model.put(block, new Place(Objects.requireNonNull(model.get(block)).physical, written));
    }
  }

  /** Remove as much as one call does, and return where to go on. */
  long remove(long logical, long end, int runs) throws IOException {
    List<Long> freed = new ArrayList<>();
    int[] told = new int[1];
    long next;
    try (ToyStore.ToyChange change = begin()) {
      next =
          editor.remove(
              change,
              logical,
              end,
              runs,
              (physical, length) -> {
                told[0]++;
                for (long i = 0; i < length; i++) {
                  freed.add(physical + i);
                }
              });
    }
    if (next <= logical || next > end || told[0] > runs) {
      throw new AssertionError(
          "removed %d to %d of %d in %d runs".formatted(logical, next, end, told[0]));
    }
    Map<Long, Place> gone = model.subMap(logical, next);
    assertEquals(gone.values().stream().map(Place::physical).toList(), freed);
    gone.clear();
    return next;
  }

  void flush() {
    store.flush();
    durable = new TreeMap<>(model);
  }

  MapSource source() {
    return source(store.newer(ToyStore.INODE).orElseThrow(), volume);
  }

  private MapSource source(byte[] inodeBlock, Volume through) {
    byte[] raw = inode.raw.clone();
    System.arraycopy(inodeBlock, 0, raw, Inode.MAP, Inode.MAP_LENGTH);
    try {
      Inode now = Inode.unverified(12, raw, device.superblock);
      MapRoot root = new FixedRoot(now);
      return extents ? new ExtentTree(through, now, root) : new IndirectTree(through, now, root);
    } catch (Ext4Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Return what takes nodes apart, of an inode with extents. */
  ExtentNodes nodes() {
    return new ExtentNodes(volume, inode);
  }

  /** Return the root of a map of extents. */
  ExtentNode root() throws IOException {
    return nodes().root(rootOf(store.read(ToyStore.INODE, "")));
  }

  /** Return how many nodes there are below the root. */
  int nodeCount() {
    return blocks.taken().size();
  }

  /** Return how many levels of nodes there are. */
  int depth() throws IOException {
    return root().depth();
  }

  /** Check that what the reader finds is what the naive map has, and that the nodes are right. */
  void check() throws IOException {
    assertEquals(model, all(source()));
    Set<Long> nodes =
        extents
            ? new ExtentAudit(nodes(), most).nodes(rootOf(store.read(ToyStore.INODE, "")))
            : new IndirectAudit(volume).nodes(rootOf(store.read(ToyStore.INODE, "")));
    assertEquals(nodes, blocks.taken(), "nodes that are taken");
  }

  private static Map<Long, Place> all(MapSource source) throws IOException {
    TreeMap<Long, Place> all = new TreeMap<>();
    long block = 0;
    while (block < source.limit()) {
      MapLeaf leaf = source.load(block);
      if (leaf.start > block || leaf.end <= block) {
        throw new AssertionError(
            "leaf of block %d is %d to %d".formatted(block, leaf.start, leaf.end));
      }
      for (int i = 0; i < leaf.count(); i++) {
        for (long at = leaf.first(i); at < leaf.end(i); at++) {
          all.put(at, new Place(leaf.physical(i) + at - leaf.first(i), leaf.written(i)));
        }
      }
      block = leaf.end;
    }
    return all;
  }

  /**
   * Check that each block is found where it was or where it is, whatever has reached the device.
   */
  void checkCut(Random random) throws IOException {
    Map<Long, byte[]> left = store.cut(random);
    Volume after = device.over(block -> Optional.ofNullable(left.get(block)));
    Map<Long, Place> found = all(source(Objects.requireNonNull(left.get(ToyStore.INODE)), after));
    Set<Long> every = new HashSet<>(found.keySet());
    every.addAll(durable.keySet());
    every.addAll(model.keySet());
    for (long block : every) {
      Optional<Place> place = Optional.ofNullable(found.get(block));
      Optional<Place> before = Optional.ofNullable(durable.get(block));
      Optional<Place> now = Optional.ofNullable(model.get(block));
      if (!place.equals(before) && !place.equals(now)) {
        throw new AssertionError(
            "after a cut block %d is at %s, not %s or %s".formatted(block, place, before, now));
      }
    }
  }
}
