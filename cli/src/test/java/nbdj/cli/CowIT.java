package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that are kept aside. */
final class CowIT {
  @TempDir Path folder;

  @Test
  void filesystemIsMadeOverAnImage_clients_findItAndTheImageStays() throws Exception {
    Path image = new Ext4Image(folder).with("one", "hello").make("16M");
    byte[] before = Files.readAllBytes(image);
    try (ServingProcess server = ServingProcess.start("--filter", "cow", "file", image)) {
      Path changed = folder.resolve("changed.img");
      Tool.nbdsh(
              server.uri(),
              """
              h.connect_uri(uri)
              h.zero(h.get_size(), 0)
              h.pwrite(b'x' * 100001, 7)
              h.shutdown()
              """)
          .succeeded();
      Tool.run("nbdcopy", server.uri(), changed).succeeded();
      byte[] expected = new byte[before.length];
      Arrays.fill(expected, 7, 100008, (byte) 'x');
      assertEquals(-1, Arrays.mismatch(expected, Files.readAllBytes(changed)));
      server.stop();
    }
    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(image)));
  }

  @Test
  void exportsOfAFolder_eachHasItsOwnChanges() throws Exception {
    Files.writeString(folder.resolve("a"), "aaaa");
    Files.writeString(folder.resolve("b"), "bbbb");
    try (ServingProcess server = ServingProcess.start("--filter", "cow", "file", "dir=" + folder)) {
      Tool.nbdsh(
              server.uri(),
              """
              def connect(name):
                  h = nbd.NBD()
                  h.connect_uri(uri.replace(':///', ':///' + name))
                  return h
              a1, a2, b = connect('a'), connect('a'), connect('b')
              a1.pwrite(b'XX', 1)
              assert a2.pread(4, 0) == b'aXXa'
              assert b.pread(4, 0) == b'bbbb'
              for h in (a1, a2, b):
                  h.shutdown()
              """)
          .succeeded();
      server.stop();
    }
    assertEquals("aaaa", Files.readString(folder.resolve("a")));
  }
}
