package nbdj.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parts of a disk, other sizes, whole blocks: {@code offset}, {@code truncate}, {@code blocksize}.
 */
final class WindowsIT {
  @TempDir Path folder;

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("file"), text);
  }

  @Test
  void range_copied_isThatPartOfTheFile() throws Exception {
    Path file = file("0123456789");
    Outcome copied =
        Tool.nbdj(
            "--filter",
            "offset",
            "file",
            file,
            "offset=3",
            "range=4",
            "--run",
            "nbdcopy \"$uri\" -");
    assertEquals("3456", copied.succeeded().out());
  }

  @Test
  void roundedUp_copied_endsWithZeroes() throws Exception {
    Path file = file("hello");
    Path copy = folder.resolve("copy");
    Tool.nbdj(
            "--filter",
            "truncate",
            "file",
            file,
            "round-up=512",
            "--run",
            "nbdcopy \"$uri\" " + copy)
        .succeeded();
    assertEquals("hello" + "\0".repeat(507), Files.readString(copy));
  }

  @Test
  void blocksOverARoundedFile_writeOfAFewBytes_changesThoseAlone() throws Exception {
    Path file = file("hello, world, this is long");
    try (ServingProcess server =
        ServingProcess.start(
            "--filter",
            "blocksize",
            "--filter",
            "truncate",
            "--filter",
            "log",
            "file",
            file,
            "minblock=4k",
            "round-up=4k",
            "logfile=" + folder.resolve("log"))) {
      Tool.nbdsh(
              server.uri(),
              """
              h.connect_uri(uri)
              assert h.get_size() == 4096, h.get_size()
              h.pwrite(b'W', 7)
              assert h.pread(5, 7) == b'World'
              h.shutdown()
              """)
          .succeeded();
      server.stop();
    }
    assertEquals("hello, World, this is long", Files.readString(file, UTF_8));
  }

  @Test
  void noExtents_map_isAllData() throws Exception {
    Outcome map =
        Tool.nbdj("--filter", "noextents", "memory", "1M", "--run", "nbdinfo --map \"$uri\"");
    assertEquals("0 1048576 0 data", map.succeeded().out().strip().replaceAll(" +", " "));
  }
}
