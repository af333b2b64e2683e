package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;

/** An ext4 image made by {@code mke2fs} from a folder of files. */
final class Ext4Image {
  private final Path tree;
  private final Path image;

  /** Begin with an empty tree. */
  Ext4Image(Path folder) throws IOException {
    tree = Files.createDirectory(folder.resolve("tree"));
    image = folder.resolve("disk.img");
  }

  /** Put a file with a text into the tree. */
  Ext4Image with(String name, String text) throws IOException {
    Files.writeString(tree.resolve(name), text);
    return this;
  }

  /** Put a copy of a file into the tree. */
  Ext4Image withCopy(String name, Path file) throws IOException {
    Files.copy(file, tree.resolve(name));
    return this;
  }

  /** Put a file into the tree that is a hole but for some stretches of pseudo-random bytes. */
  Ext4Image withSparse(String name, long size, long seed, Map<Long, Integer> stretches)
      throws IOException {
    Random random = new Random(seed);
    try (FileChannel file =
        FileChannel.open(
            tree.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (Map.Entry<Long, Integer> stretch : stretches.entrySet()) {
        byte[] bytes = new byte[stretch.getValue()];
        random.nextBytes(bytes);
        file.write(ByteBuffer.wrap(bytes), stretch.getKey());
      }
      if (file.size() < size) {
        file.write(ByteBuffer.allocate(1), size - 1);
      }
    }
    return this;
  }

  /** Put the tree into an image, and get its path. */
  Path make(String size) throws IOException, InterruptedException {
    Tool.run("mke2fs", "-q", "-F", "-t", "ext4", "-b", 4096, "-d", tree, image, size).succeeded();
    return image;
  }

  /** Get a file of the image as debugfs has it. */
  static byte[] dump(Path image, String name, Path folder)
      throws IOException, InterruptedException {
    Path out = folder.resolve("dumped");
    Tool.run("debugfs", "-R", "dump %s %s".formatted(name, out), image).succeeded();
    return Files.readAllBytes(out);
  }

  /** Assert that {@code e2fsck} finds nothing. */
  static void check(Path image) throws IOException, InterruptedException {
    Outcome outcome = Tool.run("e2fsck", "-fn", image);
    assertEquals(0, outcome.status(), outcome::toString);
  }
}
