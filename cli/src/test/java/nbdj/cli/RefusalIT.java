package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that cannot start: one sentence, and nothing left behind. */
final class RefusalIT {
  @TempDir Path folder;

  @Test
  void wrongValue_isAUsageError() throws Exception {
    Tool.nbdj("memory", "size=12Q", "-U", "-")
        .refused(2, "memory: size=12Q: not a size (try 64M, 1G)");
  }

  @Test
  void unknownKey_isAUsageError() throws Exception {
    Tool.nbdj("memory", "siez=1M", "-U", "-")
        .refused(2, "memory: siez=1M: unknown parameter (did you mean size?)");
  }

  @Test
  void missingParameter_isAUsageError() throws Exception {
    Outcome outcome = Tool.nbdj("memory", "-U", "-").ended(2);
    assertEquals("", outcome.out());
    assertTrue(outcome.err().matches("nbdj: memory: .*size.*\n"), outcome::toString);
  }

  @Test
  void missingFile_isAFailureInOneLine() throws Exception {
    Outcome outcome = Tool.nbdj("file", folder.resolve("missing.img"), "-U", "-");
    assertTrue(outcome.status() == 1 || outcome.status() == 2, outcome::toString);
    assertTrue(outcome.err().matches("nbdj: file: .*missing.img.*\n"), outcome::toString);
  }

  @Test
  void unixSocketThatExists_isAFailureAndStays() throws Exception {
    Path socket = Files.writeString(folder.resolve("sock"), "precious");
    Tool.nbdj("memory", "1M", "-U", socket)
        .refused(1, socket + ": exists already; if no server uses this socket any more, remove it");
    assertEquals("precious", Files.readString(socket));
  }

  @Test
  void unixSocketInNoFolder_isAFailure() throws Exception {
    Path socket = folder.resolve("no/sock");
    Outcome outcome = Tool.nbdj("memory", "1M", "-U", socket).ended(1);
    assertTrue(outcome.err().matches("nbdj: \\Q%s\\E: .*\n".formatted(socket)), outcome::toString);
  }

  @Test
  void unknownHost_isAFailure() throws Exception {
    Tool.nbdj("memory", "1M", "-i", "no.such.host.invalid")
        .refused(1, "--ipaddr no.such.host.invalid: no such host or address");
  }

  @Test
  void pidFileInNoFolder_isAFailureAfterWhichNothingIsLeft() throws Exception {
    Path socket = folder.resolve("sock");
    Path pid = folder.resolve("no/pid");
    Outcome outcome = Tool.nbdj("memory", "1M", "-U", socket, "-P", pid).ended(1);
    assertTrue(outcome.err().startsWith("nbdj: cannot write the pid file: "), outcome::toString);
    assertFalse(Files.exists(socket));
  }

  @Test
  void dump_ofAPlugin_isKeyValueLines() throws Exception {
    String dump = Tool.nbdj("memory", "--dump-plugin", "--filter", "ext2").succeeded().out();
    assertTrue(
        dump.startsWith("name=memory\npath=" + Tool.distribution() + "/plugins/memory.jar\n"),
        dump);
    assertTrue(dump.contains("\nthread_model=parallel\n"), dump);
    assertTrue(dump.contains("\nparameter.size.type=size\n"), dump);
    assertTrue(
        dump.contains(
            "\nfilter.ext2.parameters=ext2file,ext2write,ext2discard,ext2force,ext2list\n"),
        dump);
    dump.lines().forEach(line -> assertTrue(line.matches("[a-z][a-z0-9_.-]*=.*"), line));
  }

  @Test
  void readOnlyServer_letsNoClientWrite() throws Exception {
    try (ServingProcess server = ServingProcess.start("memory", "1M", "-r")) {
      Tool.run("nbdinfo", "--is", "read-only", server.uri()).succeeded();
      server.stop();
    }
  }
}
