package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shape of filesystem that mke2fs can make is read as e2fsprogs reads it. */
final class MatrixTests {

  /** What mke2fs 1.47.0 copies wrongly with inline_data: files that end in a hole. */
  private static final Set<String> ENDING_IN_HOLE = Set.of("sparse/tail", "sparse/comb");

  @TempDir static Path scratch;
  private static Path largeTree = Path.of("");
  private static Path smallTree = Path.of("");

  /** What the image of the test at hand was made from. */
  private Path tree = Path.of("");

  static List<Shape> shapes() {
    return Shape.all();
  }

  @BeforeAll
  static void makeTree() throws IOException {
    Tools.require("mke2fs", "debugfs", "e2fsck");
    largeTree = SampleTree.make(Files.createDirectory(scratch.resolve("large")), true);
    smallTree = SampleTree.make(Files.createDirectory(scratch.resolve("small")), false);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyFile_isReadAsItIs(Shape shape) throws IOException {
    tree = shape.revision0() ? smallTree : largeTree;
    Path image = Files.createTempFile(scratch, "shape", ".img");
    try {
      shape.make(image, tree);
      if (shape.extents()) {
        SampleTree.addUnwritten(tree, image);
      }
      assertTreeMatches(shape, image);
      if (!shape.options().contains("^dir_index") && !shape.revision0()) {
        // mke2fs leaves large directories linear; e2fsck -D gives them an index.
        int exit = Tools.run(List.of("e2fsck", "-fyD", image.toString())).exit();
        assertTrue(exit <= 1, "e2fsck -fyD: exit " + exit);
        assertTreeMatches(shape, image);
      }
    } finally {
      Files.delete(image);
    }
  }

  private void assertTreeMatches(Shape shape, Path image) throws IOException {
    try (FileBlockDevice device = FileBlockDevice.open(image, true);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      assertEquals(shape.revision0() ? 0 : 1, filesystem.facts().revision());
      assertFilesMatch(shape, image, filesystem);
      assertNamesMatch(filesystem);
      assertLinksMatch(filesystem);
      if (shape.extents()) {
        assertMatchesDump(image, filesystem, "unwritten");
      }
    }
  }

  private void assertFilesMatch(Shape shape, Path image, Ext4FileSystem filesystem)
      throws IOException {
    for (Path path : regularFiles()) {
      String name = tree.relativize(path).toString();
      try (Ext4File file = filesystem.file("/" + name)) {
        if (shape.inline() && name.equals("sparse/nothing")) {
          // An inline file that is larger than its inode; e2fsprogs cuts it off, kernels read
          // zeroes.
          assertArrayEquals(new byte[(int) file.size()], Compare.readAll(file));
        } else if (shape.inline() && ENDING_IN_HOLE.contains(name)) {
          assertMatchesDump(image, filesystem, name);
        } else {
          Compare.assertSame(path, file);
        }
      }
    }
  }

  private List<Path> regularFiles() throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      return paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList();
    }
  }

  private void assertNamesMatch(Ext4FileSystem filesystem) throws IOException {
    try (Stream<Path> folders = Files.walk(tree)) {
      for (Path folder :
          folders.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).toList()) {
        Set<String> expected = new TreeSet<>();
        try (Stream<Path> entries = Files.list(folder)) {
          entries.forEach(entry -> expected.add(entry.getFileName().toString()));
        }
        Set<String> found = new TreeSet<>();
        filesystem.list("/" + tree.relativize(folder), entry -> found.add(entry.name()));
        found.removeAll(Set.of("lost+found", "unwritten"));
        assertEquals(expected, found);
      }
    }
  }

  private void assertLinksMatch(Ext4FileSystem filesystem) throws IOException {
    List<String> links =
        new ArrayList<>(
            List.of("fast", "slow", "59", "60", "61", "folder/b/c/d/e/f/leaf", "chain38"));
    for (String link : links) {
      try (Ext4File file = filesystem.file("/links/" + link)) {
        Compare.assertSame(tree.resolve("links/" + link), file);
      }
    }
    try (Ext4File absolute = filesystem.file("/links/absolute");
        Ext4File up = filesystem.file("/links/up")) {
      Compare.assertSame(tree.resolve("plain/4097"), absolute);
      Compare.assertSame(tree.resolve("plain/1"), up);
    }
  }

  private static void assertMatchesDump(Path image, Ext4FileSystem filesystem, String name)
      throws IOException {
    Path dump = scratch.resolve("dump");
    Tools.must("debugfs", "-R", "dump \"/%s\" %s".formatted(name, dump), image.toString());
    try (Ext4File file = filesystem.file("/" + name)) {
      assertArrayEquals(Files.readAllBytes(dump), Compare.readAll(file), name);
    }
    Files.delete(dump);
  }
}
