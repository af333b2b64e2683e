package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Maps that have been edited at random are right for e2fsck, also where their nodes are small. */
final class TreeOnImageTests {

  private static final long SEED = 77;

  /** Length of the files, most of which is holes: it reaches the trees of every level. */
  private static final long SIZE = 90L << 20;

  /** Pieces of the file that has many to begin with. */
  private static final int PIECES = 900;

  @TempDir static Path scratch;
  private static Path tree = Path.of("");

  @BeforeAll
  static void makeTree() throws IOException {
    Tools.require("mke2fs", "e2fsck");
    tree = Files.createDirectory(scratch.resolve("tree"));
    for (String name : new String[] {"empty", "comb"}) {
      try (RandomAccessFile file = new RandomAccessFile(tree.resolve(name).toFile(), "rw")) {
        file.setLength(SIZE);
        for (int i = 0; name.equals("comb") && i < PIECES; i++) {
          file.seek(8192L * i);
          file.writeLong(i + 1L);
        }
      }
    }
  }

  /** Options of mke2fs, the most entries of a node of extents, and how deep a tree must get. */
  @ParameterizedTest
  @CsvSource({
    "-t ext4 -b 1024 -J size=1, 4, 4",
    "-t ext4 -b 1024 -O ^has_journal, 4, 4",
    "-t ext4 -b 4096 -J size=4, 5, 3",
    "-t ext4 -b 1024 -O ^64bit -J size=1, 4, 4",
    "-t ext4 -b 1024 -O ^metadata_csum -J size=1, 7, 3",
    "-t ext4 -b 4096 -O ^metadata_csum+^64bit+^has_journal, 4, 3",
    "-t ext4 -b 1024 -O quota -J size=1, 4, 4",
  })
  void smallNodes_afterAnyEdits_areRightForE2fsck(String options, int most, int deepest)
      throws IOException {
    try (Bench bench = new Bench(options, "empty", most)) {
      bench.edit(500, 9);
      assertTrue(bench.deepest >= deepest, () -> "only %d deep".formatted(bench.deepest));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-t ext4 -b 1024 -J size=1",
    "-t ext4 -b 1024 -O ^has_journal",
    "-t ext4 -b 4096 -J size=4",
    "-t ext2 -b 1024",
    "-t ext2 -b 4096",
    "-t ext3 -b 1024 -J size=1",
  })
  void fileOfManyPieces_afterAnyEdits_isRightForE2fsck(String options) throws IOException {
    try (Bench bench = new Bench(options, "comb", Integer.MAX_VALUE)) {
      bench.edit(400, 200);
    }
  }

  /** A file of an image whose map is edited. */
  private static final class Bench implements AutoCloseable {
    private final Path image;
    private final String name;
    private final FileBlockDevice device;
    private final Space space;
    private final boolean extents;
    private final MapRoot root;
    private final BlockMap map;
    private final FileBlocks blocks;
    private final Random random = new Random(SEED);
    private final TreeMap<Long, MapLab.Place> model = new TreeMap<>();
    private final long end;
    private int deepest;

    Bench(String options, String name, int most) throws IOException {
      this.name = name;
      image = Files.createTempFile(scratch, "tree", ".img");
      new Shape("tree", "24M", options.replace("+", ",")).make(image, tree);
      if (options.contains("quota")) {
        Tools.run(List.of("e2fsck", "-fy", image.toString()));
      }
      device = FileBlockDevice.open(image, false);
      Volume below = Volume.open(device, Superblock.read(device));
      assertEquals(Optional.empty(), SystemFiles.mark(below));
      space = Space.of(below, Ext4Options.DEFAULT, Optional.empty());
      Volume volume = space.volume;
      Inode inode = PathResolver.resolve(volume, "/" + name);
      extents = inode.has(Inode.FLAG_EXTENTS);
      FileInode live = new FileInode(volume, inode);
      root = live;
      map = new FileContent(volume, inode, live, new MapBudget(1000)).map();
      Geometry geometry = volume.geometry;
      FileCount count = new FileCount(geometry, space.quotas, live, space.quotas.find(inode));
      FileNodes nodes = new FileNodes(geometry, space.allocator, count, count.blocks());
      MapEditor editor =
          extents
              ? new ExtentEditor(volume, inode, live, nodes, space.store.atomic(), most)
              : new IndirectEditor(volume, inode, live, nodes);
      blocks = new FileBlocks(geometry, space.store, space.allocator, map, editor, nodes, count, 0);
      end = SIZE >>> geometry.blockBits;
      model.putAll(found());
      assertTrue(name.equals("empty") || model.size() >= PIECES);
    }

    private Map<Long, MapLab.Place> found() throws IOException {
      Map<Long, MapLab.Place> found = new TreeMap<>();
      for (long at = 0; at < end; ) {
        MapLeaf leaf = map.leafAt(at);
        for (int i = 0; i < leaf.count(); i++) {
          for (long block = leaf.first(i); block < leaf.end(i); block++) {
            long physical = leaf.physical(i) + block - leaf.first(i);
            found.put(block, new MapLab.Place(physical, leaf.written(i)));
          }
        }
        at = leaf.end;
      }
      return found;
    }

    /** Edit the map at random, growing at first. */
    void edit(int steps, int longest) throws IOException {
      for (int step = 0; step < steps; step++) {
        FileNodes.Reserve reserve = new FileNodes.Reserve();
        int kind = random.nextInt(10);
        if (kind < (step < steps * 2 / 3 ? 8 : 2)) {
          insert(reserve);
        } else if (kind < 9 && extents && random.nextBoolean()) {
          mark(reserve);
        } else {
          remove(reserve, longest);
        }
        blocks.keep(reserve);
        if (extents) {
          deepest = Math.max(deepest, LittleEndian.u16(root.read(), 6));
        }
        if (random.nextInt(20) == 0) {
          space.store.flush();
          assertEquals(model, found(), "step " + step);
        }
      }
    }

    /** Choose a block: near the beginning, in the tree of three levels, or anywhere. */
    private long anywhere() {
      return switch (random.nextInt(4)) {
        case 0 -> end - 1 - random.nextInt(3000);
        case 1 -> random.nextInt((int) end);
        default -> random.nextInt(3000);
      };
    }

    private void insert(FileNodes.Reserve reserve) throws IOException {
      long logical = anywhere();
      Long next = model.ceilingKey(logical);
      long limit = Math.min(end, next == null ? end : next);
      if (limit == logical) {
        return;
      }
      int wanted = blocks.reach(logical, (int) Math.min(1 + random.nextInt(4), limit - logical));
      Optional<ClusterRun> run =
          space.allocator.claim(random.nextInt(20_000), wanted, blocks.clusterLimit());
      if (run.isEmpty()) {
        return;
      }
      long physical = space.volume.geometry.clusterStart(run.get().start());
      boolean written = !extents || random.nextInt(3) > 0;
      int length = run.get().length();
      blocks.insert(reserve, logical, physical, length, written, run);
      for (int i = 0; i < length; i++) {
        model.put(logical + i, new MapLab.Place(physical + i, written));
      }
    }

    private void mark(FileNodes.Reserve reserve) throws IOException {
      Long logical = model.ceilingKey(anywhere());
      if (logical == null) {
        return;
      }
      boolean written = random.nextBoolean();
      blocks.mark(reserve, logical, 1, written);
      model.put(
          logical,
          new MapLab.Place(Objects.requireNonNull(model.get(logical)).physical(), written));
    }

    private void remove(FileNodes.Reserve reserve, int longest) throws IOException {
      long from = anywhere();
      long to = Math.min(end, from + 1 + random.nextInt(longest));
      for (long at = from; at < to; ) {
        at = blocks.remove(reserve, at, to);
      }
      model.subMap(from, to).clear();
    }

    @Override
    public void close() throws IOException {
      assertEquals(model, found(), name);
      space.close();
      assertEquals(model, found(), name);
      device.close();
      Tools.assertClean(image);
      Files.delete(image);
    }
  }
}
