package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin {@code nbd} in front of other servers. */
final class NbdIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"shared=false", "shared=true"})
  void qcow2ByQemu_throughTheProxy_isReadAndWritten(String shared) throws Exception {
    Tool.require("qemu-nbd");
    Path image = folder.resolve("disk.qcow2");
    Path socket = folder.resolve("sock");
    Tool.run("qemu-img", "create", "-q", "-f", "qcow2", image, "16M").succeeded();
    Process qemu =
        new ProcessBuilder(
                "qemu-nbd",
                "-t",
                "-e",
                "10",
                "-f",
                "qcow2",
                "-k",
                socket.toString(),
                image.toString())
            .inheritIO()
            .start();
    try (ServingProcess server =
        ServingProcess.start("nbd", "nbd+unix:///?socket=" + socket, "retry=30", shared)) {
      Tool.nbdsh(
              server.uri(),
              """
              one, two = nbd.NBD(), nbd.NBD()
              one.add_meta_context('base:allocation')
              one.connect_uri(uri)
              two.connect_uri(uri)
              assert one.get_size() == 16 << 20
              assert one.can_multi_conn() and one.can_fua() and one.can_zero()
              one.pwrite(b'x' * 1000, 70000, nbd.CMD_FLAG_FUA)
              one.zero(1 << 20, 8 << 20)
              one.trim(1 << 20, 10 << 20)
              one.flush()
              assert two.pread(1002, 69999) == b'\\0' + b'x' * 1000 + b'\\0'
              seen = []
              one.block_status(16 << 20, 0, lambda name, at, entries, error: seen.extend(entries))
              assert len(seen) >= 6 and seen[1] & 1, seen
              for h in (one, two):
                  h.shutdown()
              """)
          .succeeded();
      server.stop();
    } finally {
      qemu.destroy();
      qemu.waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void dirtyBitmapOfQemu_throughTheProxy_isTheSame() throws Exception {
    Tool.require("qemu-nbd");
    Tool.require("nbdinfo");
    Path image = folder.resolve("disk.qcow2");
    Path socket = folder.resolve("sock");
    Tool.run("qemu-img", "create", "-q", "-f", "qcow2", image, "16M").succeeded();
    Tool.run("qemu-img", "bitmap", "--add", "-g", "64k", image, "b0").succeeded();
    Tool.run("qemu-io", "-f", "qcow2", "-c", "write 1M 128k", "-c", "write 9M 1k", image)
        .succeeded();
    Process qemu =
        new ProcessBuilder(
                "qemu-nbd",
                "-t",
                "-r",
                "-e",
                "10",
                "-f",
                "qcow2",
                "-A",
                "-B",
                "b0",
                "-k",
                socket.toString(),
                image.toString())
            .inheritIO()
            .start();
    String direct = "nbd+unix:///?socket=" + socket;
    try (ServingProcess server =
        ServingProcess.start(
            "--filter",
            "offset",
            "--filter",
            "log",
            "nbd",
            direct,
            "retry=30",
            "offset=64k",
            "logfile=/dev/null",
            "range=8M")) {
      String map = "--map=qemu:dirty-bitmap:b0";
      Outcome here = Tool.run("nbdinfo", map, server.uri()).succeeded();
      assertEquals(List.of("0 983040 0", "983040 131072 1", "1114112 7274496 0"), rows(here.out()));
      Outcome list = Tool.run("nbdinfo", server.uri()).succeeded();
      assertTrue(list.out().contains("qemu:allocation-depth"), list::toString);
      server.stop();
    }
    try (ServingProcess server = ServingProcess.start("nbd", direct)) {
      for (String context : List.of("qemu:dirty-bitmap:b0", "qemu:allocation-depth")) {
        Outcome there = Tool.run("nbdinfo", "--map=" + context, direct).succeeded();
        Outcome here = Tool.run("nbdinfo", "--map=" + context, server.uri()).succeeded();
        assertEquals(there.out(), here.out());
      }
      assertEquals(
          List.of(
              "0 1048576 0",
              "1048576 131072 1",
              "1179648 8257536 0",
              "9437184 65536 1",
              "9502720 7274496 0"),
          rows(Tool.run("nbdinfo", "--map=qemu:dirty-bitmap:b0", server.uri()).out()));
      server.stop();
    } finally {
      qemu.destroy();
      qemu.waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** Get the offset, length and state in each line of a map. */
  private static List<String> rows(String map) {
    return map.lines()
        .map(line -> line.strip().split("\\s+"))
        .map(words -> String.join(" ", words[0], words[1], words[2]))
        .toList();
  }

  @Test
  void filterInFrontOfAnotherServer_works() throws Exception {
    byte[] content = new byte[1 << 20];
    new Random(1).nextBytes(content);
    Files.write(folder.resolve("disk"), content);
    Path copy = folder.resolve("copy");
    try (ServingProcess other = ServingProcess.start("file", "dir=" + folder)) {
      Tool.nbdj(
              "--filter",
              "offset",
              "nbd",
              "socket=" + other.socket(),
              "export=disk",
              "offset=1000",
              "--run",
              "nbdcopy \"$uri\" " + copy)
          .succeeded();
      other.stop();
    }
    assertEquals(
        -1, Arrays.mismatch(Arrays.copyOfRange(content, 1000, 1 << 20), Files.readAllBytes(copy)));
  }

  @Test
  void dynamicExports_areThoseOfTheOtherServer() throws Exception {
    Files.writeString(folder.resolve("a"), "aa");
    Files.writeString(folder.resolve("b c"), "bbb");
    try (ServingProcess other = ServingProcess.start("file", "dir=" + folder);
        ServingProcess server =
            ServingProcess.start("nbd", "socket=" + other.socket(), "dynamic-export=true")) {
      assertEquals("2\n", Tool.run("nbdinfo", "--size", server.uri("a")).succeeded().out());
      assertEquals("3\n", Tool.run("nbdinfo", "--size", server.uri("b%20c")).succeeded().out());
      Outcome list = Tool.run("nbdinfo", "--list", server.uri()).succeeded();
      assertTrue(list.out().contains("export=\"b c\""), list::toString);
      Outcome refused = Tool.run("nbdinfo", "--size", server.uri("none"));
      assertEquals(1, refused.status(), refused::toString);
      server.stop();
      other.stop();
    }
  }

  @Test
  void noServerThere_sharedConnection_endsTheStart() throws Exception {
    Path socket = folder.resolve("none");
    Outcome outcome = Tool.nbdj("nbd", "socket=" + socket, "shared=true", "-U", "-").ended(1);
    assertTrue(outcome.err().matches("nbdj: nbd: .*" + socket + ".*\n"), outcome::toString);
  }
}
