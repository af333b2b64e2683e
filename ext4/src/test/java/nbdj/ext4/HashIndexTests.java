package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names are found by the index itself, not by the search that stands in for it when it is unusable.
 */
final class HashIndexTests {

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4 -b 1024",
        "-t ext4 -b 1024 -O ^metadata_csum",
        "-t ext4 -b 2048 -O large_dir",
        "-t ext3 -b 4096 -E hash_alg=tea",
        "-t ext2 -b 1024 -E hash_alg=legacy"
      })
  void indexedDirectory_findsEveryName(String options) throws IOException {
    Tools.require("mke2fs", "e2fsck");
    Path tree = SampleTree.make(Files.createDirectory(scratch.resolve("tree")), false);
    Path image = scratch.resolve("image");
    new Shape(options, "32M", options.replaceFirst(" -E hash_alg=\\w+", "")).make(image, tree);
    if (options.contains("hash_alg")) {
      Tools.must("tune2fs", "-E", options.replaceFirst(".*-E ", ""), image.toString());
    }
    assertTrue(Tools.run(List.of("e2fsck", "-fyD", image.toString())).exit() <= 1);
    try (FileBlockDevice device = FileBlockDevice.open(image, true)) {
      Volume volume = Volume.open(device, Superblock.read(device));
      Inode inode = PathResolver.resolve(volume, "/crowd");
      assertTrue(inode.has(Inode.FLAG_INDEXED));
      Map<String, Long> names = new HashMap<>();
      new Directory(volume, inode, LookupBudget.of(volume.geometry))
          .list(entry -> names.put(entry.name(), entry.inode()) == null);
      assertEquals(SampleTree.CROWD + 7, names.size());
      for (Map.Entry<String, Long> name : names.entrySet()) {
        assertEquals(name.getValue(), find(volume, inode, name.getKey()), name.getKey());
        assertEquals(0, find(volume, inode, name.getKey() + "?"));
      }
    }
  }

  private static long find(Volume volume, Inode inode, String name) throws IOException {
    BlockMap map = new FileContent(volume, inode, new MapBudget(1000)).map();
    DirectoryBlocks blocks =
        new DirectoryBlocks(volume, inode, map, LookupBudget.of(volume.geometry));
    return new HashIndex(volume, inode, blocks, name.getBytes(StandardCharsets.UTF_8)).find();
  }
}
