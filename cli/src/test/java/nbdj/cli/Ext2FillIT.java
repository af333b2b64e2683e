package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real clients fill sparse files inside an image, and give them up again. */
final class Ext2FillIT {
  private static final int MEBIBYTE = 1 << 20;
  private static final int SIZE = 24 * MEBIBYTE;

  @TempDir Path folder;
  private Path image;
  private Path source;

  @BeforeEach
  void makeImageAndSource() throws Exception {
    image =
        new Ext4Image(folder)
            .withSparse("vm.raw", SIZE, 1, Map.of())
            .withSparse("other.raw", 4L * MEBIBYTE, 2, Map.of(0L, 4 * MEBIBYTE))
            .make("64M");
    source = folder.resolve("source.raw");
    try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
      file.setLength(SIZE);
      Random random = new Random(3);
      for (int at : new int[] {0, 3 * MEBIBYTE + 4096, 17 * MEBIBYTE, SIZE - 5000}) {
        byte[] bytes = new byte[Math.min(2 * MEBIBYTE + 77, SIZE - at)];
        random.nextBytes(bytes);
        file.seek(at);
        file.write(bytes);
      }
    }
  }

  private ServingProcess serve(String... words) throws Exception {
    Object[] all = new Object[5 + words.length];
    System.arraycopy(
        new Object[] {"--filter", "ext2", "file", image, "ext2file=exportname"}, 0, all, 0, 5);
    System.arraycopy(words, 0, all, 5, words.length);
    return ServingProcess.start(all);
  }

  private void assertFilled(byte[] other) throws Exception {
    Ext4Image.check(image);
    assertArrayEquals(Files.readAllBytes(source), Ext4Image.dump(image, "/vm.raw", folder));
    assertArrayEquals(other, Ext4Image.dump(image, "/other.raw", folder), "another file");
  }

  @Test
  void qemuImgConvert_intoASparseFile_leavesItsBytesAndItsHoles() throws Exception {
    byte[] other = Ext4Image.dump(image, "/other.raw", folder);
    try (ServingProcess server = serve()) {
      Tool.run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", source, server.uri("vm.raw"))
          .succeeded();
      server.stop();
    }
    assertFilled(other);
  }

  @Test
  void nbdcopy_intoASparseFile_leavesItsBytes() throws Exception {
    byte[] other = Ext4Image.dump(image, "/other.raw", folder);
    try (ServingProcess server = serve("ext2discard=true")) {
      Tool.run("nbdcopy", source, server.uri("vm.raw")).succeeded();
      server.stop();
    }
    assertFilled(other);
  }

  @Test
  void fileWrittenFullAndTrimmed_givesItsSpaceBackToAnother() throws Exception {
    try (ServingProcess server = serve()) {
      // The image has no room for the file three times.
      Outcome outcome =
          Tool.nbdsh(
              server.uri("vm.raw"),
              """
              h.connect_uri(uri)
              chunk = bytes(range(256)) * 4096
              for turn in range(3):
                  for i in range(h.get_size() // len(chunk)):
                      h.pwrite(chunk, i * len(chunk))
                  assert h.pread(4096, 5 * len(chunk)) == chunk[:4096]
                  h.trim(h.get_size(), 0)
                  h.flush()
                  assert h.pread(65536, 3 * len(chunk)) == bytes(65536)
              h.shutdown()
              """);
      assertEquals(0, outcome.status(), outcome::toString);
      String map = Tool.run("nbdinfo", "--map", server.uri("vm.raw")).succeeded().out();
      assertTrue(map.contains("hole,zero"), map);
      server.stop();
    }
    Ext4Image.check(image);
  }
}
