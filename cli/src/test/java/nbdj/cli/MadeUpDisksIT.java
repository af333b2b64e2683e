package nbdj.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that come from no file: {@code null}, {@code data}, {@code pattern}, {@code info}. */
final class MadeUpDisksIT {
  @TempDir Path folder;

  private String copy(Object... words) throws Exception {
    Path copy = folder.resolve("copy");
    Object[] all = Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--run";
    all[words.length + 1] = "nbdcopy \"$uri\" " + copy;
    Tool.nbdj(all).succeeded();
    return Files.readString(copy, ISO_8859_1);
  }

  @Test
  void nullDisk_isZeroes() throws Exception {
    assertEquals("\0".repeat(100_000), copy("null", "100000"));
  }

  @Test
  void data_isWhatTheTextSays() throws Exception {
    assertEquals("\u0001\u0002hi!hi!\0U", copy("data", "1 2 \"hi!\"*2 @9 $end", "end=0x55"));
  }

  /** The same text for nbdkit, where it is installed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 1 2 3 @0x1fe 0x55 0xaa",
        "( \"ab\" @^8 )*3 @-2 9",
        "( 1 2 3 4 )[1:3] -> \\x \\x*2 @+3 \\x",
        "le32:0x12345678 be64:9 <(printf abc)[:2] # end",
        "1 2 3 4 @-2 ( @1 9 )",
      })
  void data_isWhatNbdkitMakesOfIt(String text) throws Exception {
    Path theirs = folder.resolve("theirs");
    Tool.run("nbdkit", "-U", "-", "data", text, "--run", "nbdcopy \"$uri\" " + theirs).succeeded();
    assertEquals(Files.readString(theirs, ISO_8859_1), copy("data", text));
  }

  @Test
  void pattern_isWhatNbdkitsIs() throws Exception {
    Path theirs = folder.resolve("theirs");
    Tool.run("nbdkit", "-U", "-", "pattern", "100003", "--run", "nbdcopy \"$uri\" " + theirs)
        .succeeded();
    assertEquals(Files.readString(theirs, ISO_8859_1), copy("pattern", "100003"));
  }

  @Test
  void info_isTheNameThatTheClientAskedFor() throws Exception {
    try (ServingProcess server = ServingProcess.start("info")) {
      Tool.nbdsh(
              server.uri("hello"),
              """
              h.connect_uri(uri)
              assert h.pread(h.get_size(), 0) == b'hello'
              h.shutdown()
              """)
          .succeeded();
      server.stop();
    }
  }

  @Test
  void infoTime_isNow() throws Exception {
    try (ServingProcess server = ServingProcess.start("info", "time")) {
      Outcome outcome =
          Tool.nbdsh(
              server.uri(),
              """
              import time
              h.connect_uri(uri)
              told = int.from_bytes(h.pread(12, 0)[:8], 'big')
              assert abs(time.time() - told) < 60, told
              h.shutdown()
              """);
      assertTrue(outcome.succeeded().out().isEmpty());
      server.stop();
    }
  }
}
