package nbdj.ext2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import nbdj.api.Backend;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the filter says of an image without serving it. */
class ImageReportTests {
  @TempDir Path folder;
  private final Backend backend = mock(Backend.class);
  private Path tree;
  private Path image;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectory(folder.resolve("tree"));
    Files.writeString(tree.resolve("one"), "hello");
    image = folder.resolve("disk.img");
  }

  private Map<String, String> report(String... words) throws IOException {
    byte[] before = Files.readAllBytes(image);
    Ext2Filter filter = new Ext2Filter();
    for (int i = 0; i < words.length; i += 2) {
      filter.config(backend, words[i], words[i + 1]);
    }
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
      FileNext below = new FileNext(channel, true);
      when(backend.open(true, "", true)).thenReturn(below);
      Map<String, String> lines = filter.inspect(backend);
      assertEquals(List.of("prepare", "close"), below.calls);
      assertArrayEquals(before, Files.readAllBytes(image));
      return lines;
    }
  }

  @Test
  void goodImage_saysWhatItIs() throws Exception {
    Image.make(image, tree, "-t", "ext4", "-L", "disks");
    Map<String, String> lines = report();
    assertEquals("disks", lines.get("image.label"));
    assertEquals("clean", lines.get("image.state"));
    assertEquals("clean", lines.get("image.journal"));
    assertEquals("true", lines.get("image.writable"));
    assertEquals(String.valueOf(16 << 20), lines.get("image.size"));
    assertEquals("4096", lines.get("image.block_size"));
    assertTrue(lines.getOrDefault("image.features", "").contains("extent"), lines::toString);
    assertFalse(lines.containsKey("file.size"), lines::toString);
    assertFalse(lines.containsKey("image.obstacle"), lines::toString);
  }

  @Test
  void imageWithErrors_saysWhyItIsNotWritten() throws Exception {
    Image.make(image, tree, "-t", "ext2");
    Image.run("debugfs", "-w", "-R", "ssv state 3", image.toString());
    Map<String, String> lines = report();
    assertEquals("clean with errors", lines.get("image.state"));
    assertEquals("none", lines.get("image.journal"));
    assertEquals("false", lines.get("image.writable"));
    assertEquals("filesystem is marked as having errors: run e2fsck", lines.get("image.obstacle"));
    assertEquals("true", report("ext2force", "true").get("image.writable"));
  }

  @Test
  void imageThatNeedsRecovery_isReplayedInMemoryAlone() throws Exception {
    Image.make(image, tree, "-t", "ext4");
    Image.run("debugfs", "-w", "-R", "feature needs_recovery", image.toString());
    assertEquals("needs recovery", report().get("image.journal"));
  }

  @Test
  void fileThatIsThere_isDescribed() throws Exception {
    Image.make(image, tree, "-t", "ext4");
    Image.run("debugfs", "-w", "-R", "sif one flags 0x80010", image.toString());
    Map<String, String> lines = report("ext2file", "/one");
    assertEquals("5", lines.get("file.size"));
    assertEquals("file is immutable: clear it with chattr -i", lines.get("file.obstacle"));
  }

  @Test
  void fileThatIsNotThere_isAProblemOfTheFile() throws Exception {
    Image.make(image, tree, "-t", "ext4");
    Map<String, String> lines = report("ext2file", "/two");
    assertEquals("true", lines.get("image.writable"));
    assertTrue(lines.getOrDefault("file.problem", "").contains("/two"), lines::toString);
  }

  @Test
  void noImage_isAProblem() throws Exception {
    Files.write(image, new byte[1 << 16]);
    Map<String, String> lines = report("ext2file", "/two");
    assertTrue(lines.getOrDefault("image.problem", "").startsWith("no ext2, ext3"));
    assertEquals(1, lines.size());
  }
}
