package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One deliberate fault at a time, checksums put right: each is noticed and named, and nothing worse
 * happens.
 */
final class FaultTests {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir static Path scratch;

  /** An image with checksums and extents. */
  private static byte[] modern = {};

  /** An image without either. */
  private static byte[] old = {};

  @BeforeAll
  static void makeImages() throws IOException {
    Tools.require("mke2fs", "e2fsck");
    Path tree = Files.createDirectories(scratch.resolve("tree/folder/inner"));
    Path top = scratch.resolve("tree");
    Files.writeString(top.resolve("file"), "data!".repeat(3000));
    Files.writeString(tree.resolve("small"), "tiny");
    Files.createSymbolicLink(top.resolve("link"), Path.of("folder/inner/small"));
    Files.createSymbolicLink(top.resolve("slow"), Path.of("./".repeat(40) + "file"));
    try (RandomAccessFile comb = new RandomAccessFile(top.resolve("comb").toFile(), "rw")) {
      for (int i = 0; i < 150; i++) {
        comb.seek(2048L * i);
        comb.writeBytes("x".repeat(1024));
      }
    }
    Files.createDirectories(top.resolve("crowd"));
    Path target = Files.writeString(top.resolve("crowd/target"), "crowd");
    for (int i = 0; i < SampleTree.CROWD; i++) {
      Files.createLink(top.resolve("crowd/" + SampleTree.crowdName(i)), target);
    }
    modern = image("-t ext4 -b 1024 -O inline_data -N 256", top);
    old = image("-t ext2 -b 1024 -N 256", top);
  }

  private static byte[] image(String options, Path tree) throws IOException {
    Path image = scratch.resolve("image");
    new Shape(options, "4M", options).make(image, tree);
    assertTrue(Tools.run(List.of("e2fsck", "-fyD", image.toString())).exit() <= 1);
    byte[] bytes = Files.readAllBytes(image);
    Files.delete(image);
    return bytes;
  }

  @Test
  void intactImages_areReadWithoutRefusal() {
    for (byte[] image : List.of(modern, old)) {
      assertTrue(Hostile.explore(new MemoryDevice(image, true)).isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("faults")
  void fault_isNamed(Fault fault) throws IOException {
    byte[] image = (fault.old() ? old : modern).clone();
    fault.damage().doTo(new Surgeon(image));
    MemoryDevice device = new MemoryDevice(image, false);
    List<Ext4Exception> refusals = assertTimeoutPreemptively(LIMIT, () -> Hostile.explore(device));
    assertEquals(List.of(), device.takeChanges());
    if (!fault.words().isEmpty()) {
      assertFalse(refusals.isEmpty(), () -> fault + " went unnoticed");
      List<String> messages = refusals.stream().map(Ext4Exception::getMessage).distinct().toList();
      assertTrue(
          messages.stream().anyMatch(m -> m.contains(fault.words())),
          () -> fault + ": " + messages);
    }
  }

  static Stream<Fault> faults() {
    List<Fault> faults = new ArrayList<>();
    SuperblockFaults.addTo(faults);
    InodeFaults.addTo(faults);
    MapFaults.addTo(faults);
    DirectoryFaults.addTo(faults);
    ChecksumFaults.addTo(faults);
    return faults.stream();
  }
}
