package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Small images with some of everything in them, whose metadata can be told from their data. */
final class FlipImage {

  private FlipImage() {}

  /** Make an image; the calling test is skipped where that cannot be done. */
  static byte[] make(Path scratch, String options) throws IOException {
    Tools.require("mke2fs", "e2fsck");
    Path tree = Files.createTempDirectory(scratch, "tree");
    Files.createDirectories(tree.resolve("folder/inner"));
    Files.writeString(tree.resolve("file"), "data!".repeat(3000));
    Files.writeString(tree.resolve("folder/inner/small"), "tiny");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("folder/inner/small"));
    Files.createSymbolicLink(tree.resolve("slow"), Path.of("./".repeat(40) + "file"));
    try (RandomAccessFile comb = new RandomAccessFile(tree.resolve("comb").toFile(), "rw")) {
      for (int i = 0; i < 60; i++) {
        comb.seek(8192L * i);
        comb.writeBytes("x".repeat(4096));
      }
    }
    for (int i = 0; i < 60; i++) {
      Files.createLink(tree.resolve("folder/" + SampleTree.crowdName(i)), tree.resolve("file"));
    }
    Path image = Files.createTempFile(scratch, "image", null);
    new Shape(options, "4M", options + " -N 64").make(image, tree);
    assertTrue(Tools.run(List.of("e2fsck", "-fyD", image.toString())).exit() <= 1);
    return Files.readAllBytes(image);
  }

  /**
   * Return the places of all bytes that are not zero, apart from the files' own: those are
   * metadata, or beside it.
   */
  static int[] metadata(byte[] image) {
    int[] places = new int[image.length];
    int count = 0;
    for (int i = 0; i < image.length; i++) {
      boolean data =
          image[i] == 'x'
              || image[i] == 'd'
              || image[i] == 'a'
              || image[i] == 't'
              || image[i] == '!';
      if (i >= 1024 && image[i] != 0 && !data) {
        places[count++] = i;
      }
    }
    return Arrays.copyOf(places, count);
  }
}
