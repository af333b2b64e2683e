package nbdj.ext4;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A tree of files that shows every shape a file, directory or symbolic link can have; always the
 * same.
 */
final class SampleTree {

  private static final long SEED = 20260101;

  /** Names in the folder that is too large for one block of any size up to 4096. */
  static final int CROWD = 420;

  /**
   * Length of the largest file: with blocks of 1 to 4 KiB its end is mapped through three levels of
   * pointers.
   */
  static final long HUGE = 10_000_000_000L;

  private final Path root;
  private final boolean huge;
  private final Random random = new Random(SEED);

  private SampleTree(Path root, boolean huge) {
    this.root = root;
    this.huge = huge;
  }

  /**
   * Make the tree in an empty folder.
   *
   * @param huge whether there is a file in it that revision 0 has no size for
   */
  static Path make(Path root, boolean huge) throws IOException {
    new SampleTree(root, huge).make();
    return root;
  }

  /**
   * Add to an image of a tree a file whose blocks are in part allocated but unwritten, and whose
   * size ends before its blocks do.
   */
  static void addUnwritten(Path tree, Path image) throws IOException {
    Tools.debugfs(
        image,
        List.of(
            "write %s unwritten".formatted(tree.resolve("plain/300001")),
            "fallocate unwritten 310 340",
            "set_inode_field unwritten size " + 330 * 1024));
  }

  private void make() throws IOException {
    for (int size :
        new int[] {0, 1, 1023, 1024, 1025, 4095, 4096, 4097, 65535, 65536, 65537, 300_001}) {
      file("plain/" + size, size);
    }
    for (int size = 0; size <= 160; size += size < 56 ? 8 : 1) {
      file("inline/" + size, size);
    }
    sparse("sparse/middle", 3_000_000, 0, 70_000, 2_900_000, 100_000);
    sparse("sparse/front", 1_000_000, 900_000, 100_000);
    sparse("sparse/tail", 2_000_001, 0, 5);
    sparse("sparse/nothing", 700_000);
    if (huge) {
      sparse("sparse/huge", HUGE, 1 << 20, 9000, HUGE - 8000, 8000);
    }
    comb("sparse/comb", 700, 4096);
    crowd();
    file("deep/a/b/c/d/e/f/leaf", 777);
    file("names/with space", 10);
    file("names/\u00e9\u00df\u65e5\u672c\ud83d\ude00", 11);
    file("names/" + "n".repeat(255), 12);
    file("names/.hidden", 13);
    links();
  }

  private void links() throws IOException {
    link("links/fast", "../plain/1024");
    link("links/absolute", "/plain/4097");
    link("links/slow", "../plain/" + "./".repeat(60) + "65537");
    link("links/up", "../../../../../plain/1");
    link("links/folder", "../deep/a");
    link("links/chain0", "fast");
    for (int i = 1; i <= 39; i++) {
      link("links/chain" + i, "chain" + (i - 1));
    }
    link("links/loop", "loop");
    link("links/ping", "pong");
    link("links/pong", "ping");
    link("links/dangling", "nowhere/at/all");
    link("links/slash", "../plain/1/");
    // One that is inline, one that is just fast and one that is just not.
    link("links/59", "../" + "./".repeat(24) + "plain/1");
    link("links/60", "../" + "./".repeat(24) + "plain//1");
    link("links/61", "../" + "./".repeat(25) + "plain/1");
  }

  private void crowd() throws IOException {
    List<Path> targets = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      targets.add(file("crowd/target" + i, 100 + i));
    }
    for (int i = 0; i < CROWD; i++) {
      Files.createLink(root.resolve("crowd/" + crowdName(i)), targets.get(i % targets.size()));
    }
  }

  /** Return one of the long names in the crowded folder. */
  static String crowdName(int i) {
    return "%04d-%s".formatted(i, "x".repeat(240));
  }

  private Path file(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private void link(String name, String target) throws IOException {
    Path link = root.resolve(name);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
  }

  /** Make a file of holes with data at pairs of offset and length. */
  private void sparse(String name, long size, long... pieces) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(path.getParent());
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
      for (int i = 0; i < pieces.length; i += 2) {
        byte[] bytes = new byte[(int) pieces[i + 1]];
        random.nextBytes(bytes);
        file.seek(pieces[i]);
        file.write(bytes);
      }
    }
  }

  /** Make a file in which data and holes take turns, so that its map is as large as can be. */
  private void comb(String name, int teeth, int width) throws IOException {
    long[] pieces = new long[2 * teeth];
    for (int i = 0; i < teeth; i++) {
      pieces[2 * i] = 2L * i * width;
      pieces[2 * i + 1] = width;
    }
    sparse(name, 2L * teeth * width, pieces);
  }
}
