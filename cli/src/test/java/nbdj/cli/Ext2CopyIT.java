package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sparse file inside an image, copied out by real clients. */
final class Ext2CopyIT {
  private static final int MEBIBYTE = 1 << 20;
  private static final long SEED = 20;

  @TempDir Path folder;

  @Test
  void sparseFile_isCopiedByteForByte_withItsOwnHoles() throws Exception {
    Path image =
        new Ext4Image(folder)
            .withSparse(
                "vm.raw",
                24L * MEBIBYTE,
                SEED,
                Map.of(
                    4096L, 3 * MEBIBYTE, 8L * MEBIBYTE, 4096, 16L * MEBIBYTE, 2 * MEBIBYTE + 777))
            .make("64M");
    byte[] expected = Ext4Image.dump(image, "/vm.raw", folder);
    assertEquals(24 * MEBIBYTE, expected.length);
    try (ServingProcess server =
        ServingProcess.start("--filter", "ext2", "file", image, "ext2file=/vm.raw")) {
      Path copied = folder.resolve("nbdcopy.raw");
      Tool.run("nbdcopy", server.uri(), copied).succeeded();
      assertArrayEquals(expected, Files.readAllBytes(copied), "nbdcopy");

      Path converted = folder.resolve("qemu.raw");
      Tool.run("qemu-img", "convert", "-f", "raw", "-O", "raw", server.uri(), converted)
          .succeeded();
      assertArrayEquals(expected, Files.readAllBytes(converted), "qemu-img convert");

      assertMap(Tool.run("nbdinfo", "--map", server.uri()).succeeded().out());
      server.stop();
    }
  }

  /** The map of the file: offset, size and kind of each extent. */
  private static void assertMap(String map) {
    String[] rows = map.strip().split("\\s*\\n\\s*");
    String[] expected = {
      "0 4096 3 hole,zero",
      "4096 3145728 0 data",
      "3149824 5238784 3 hole,zero",
      "8388608 4096 0 data",
      "8392704 8384512 3 hole,zero",
      "16777216 2101248 0 data",
      "18878464 6287360 3 hole,zero"
    };
    for (int i = 0; i < rows.length; i++) {
      rows[i] = rows[i].replaceAll("\\s+", " ");
    }
    assertArrayEquals(expected, rows, map);
  }

  @Test
  void manyReadersOfOneImage_areServedAtOnce() throws Exception {
    Path image =
        new Ext4Image(folder)
            .withSparse("a.raw", 8L * MEBIBYTE, SEED, Map.of(0L, 8 * MEBIBYTE))
            .withSparse("b.raw", 8L * MEBIBYTE, SEED + 1, Map.of(MEBIBYTE + 0L, MEBIBYTE))
            .make("64M");
    try (ServingProcess server =
        ServingProcess.start("--filter", "ext2", "file", image, "ext2file=exportname")) {
      // The first client stays connected while others come and go.
      Outcome outcome =
          Tool.nbdsh(
              server.uri("a.raw"),
              """
              import subprocess
              h.connect_uri(uri)
              other = uri.replace('a.raw', 'b.raw')
              copies = [subprocess.Popen(['nbdcopy', other, '%s/b%%d' %% i]) for i in range(4)]
              for i in range(64):
                  h.pread(65536, i * 65536)
              assert [c.wait(30) for c in copies] == [0, 0, 0, 0]
              h.shutdown()
              """
                  .formatted(folder));
      assertEquals(0, outcome.status(), outcome::toString);
      byte[] expected = Ext4Image.dump(image, "/b.raw", folder);
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(expected, Files.readAllBytes(folder.resolve("b" + i)));
      }
      String info = Tool.run("qemu-img", "info", server.uri("a.raw")).succeeded().out();
      assertTrue(info.contains("virtual size: 8 MiB"), info);
      server.stop();
    }
  }
}
