package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which a client can meet the server, with a real client. */
final class EndpointIT {
  @TempDir Path folder;

  @Test
  void unixSocket_servesUntilSigterm_andIsRemoved() throws Exception {
    Path socket = folder.resolve("sock");
    Path pid = folder.resolve("pid");
    try (ServingProcess server =
        ServingProcess.startAt("memory", "1M", "-U", socket, "-P", pid, "-e", "a b")) {
      assertEquals("nbd+unix:///a%20b?socket=" + socket, server.uri());
      assertEquals(server.pid() + "\n", Files.readString(pid));
      assertEquals("1048576\n", Tool.run("nbdinfo", "--size", server.uri("")).succeeded().out());
      server.stop();
      assertFalse(Files.exists(pid));
      assertFalse(Files.exists(socket));
    }
  }

  @Test
  void unixSocket_relativeToTheFolder_isPrintedAbsolute() throws Exception {
    ProcessBuilder builder = Tool.nbdjBuilder("memory", "1M", "-U", "sock", "--print-uri");
    try (ServingProcess server = ServingProcess.start(builder.directory(folder.toFile()))) {
      assertEquals("nbd+unix:///?socket=" + folder.resolve("sock"), server.uri());
      Tool.run("nbdinfo", server.uri()).succeeded();
      server.signal("INT");
      assertEquals(0, server.await());
    }
  }

  @Test
  void privateSocket_goesWithItsFolder() throws Exception {
    try (ServingProcess server = ServingProcess.start("memory", "1M")) {
      assertTrue(Files.exists(server.socket()));
      server.signal("HUP");
      assertEquals(0, server.await());
      assertFalse(Files.exists(server.socket().resolveSibling("")));
    }
  }

  @Test
  void tcpPort0_takesAFreePortOfThisMachine() throws Exception {
    try (ServingProcess server = ServingProcess.startAt("memory", "1M", "-p", 0)) {
      assertTrue(server.uri().matches("nbd://127\\.0\\.0\\.1:[0-9]+/"), server::uri);
      Tool.run("nbdinfo", server.uri()).succeeded();
      String port = server.uri().replaceAll(".*:|/", "");
      Tool.nbdj("memory", "1M", "-p", port)
          .refused(
              1,
              "localhost:%s: cannot listen: Address already in use (try another port, or 0 for any free one)"
                  .formatted(port));
      server.stop();
    }
  }

  @Test
  void standardInputAndOutput_asOneSocket_areServed() throws Exception {
    String launcher = Tool.launcher().toString();
    Tool.require("nbdsh");
    Outcome outcome =
        Tool.run(
            "nbdsh",
            "-c",
            "h.connect_command(['%s', '-s', 'memory', '1M'])".formatted(launcher),
            "-c",
            "h.pwrite(b'hello', 5); print(h.pread(5, 5)); h.shutdown()");
    assertEquals("bytearray(b'hello')\n", outcome.succeeded().out());
    assertEquals("", outcome.err());
  }

  @Test
  void standardInputAndOutput_asPipes_areServed() throws Exception {
    Process server = Tool.nbdjBuilder("-s", "memory", "1M").start();
    try {
      try (OutputStream endsTheConnectionWhenClosed = server.getOutputStream()) {
        endsTheConnectionWhenClosed.flush();
        byte[] greeting = server.getInputStream().readNBytes(16);
        assertArrayEquals("NBDMAGICIHAVEOPT".getBytes(StandardCharsets.US_ASCII), greeting);
      }
      assertTrue(server.waitFor(Tool.PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertEquals("", new String(server.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals(0, server.exitValue());
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void socketActivation_byNbdinfo_isServed() throws Exception {
    assertEquals(
        "1048576\n",
        Tool.run("nbdinfo", "--size", "--", "[", Tool.launcher(), "memory", "1M", "]")
            .succeeded()
            .out());
  }

  @Test
  void socketActivation_byNbdcopy_copiesAFile() throws Exception {
    Path from = Files.writeString(folder.resolve("from"), "a disk".repeat(1000));
    Path to = folder.resolve("to");
    Tool.run("nbdcopy", "--", "[", Tool.launcher(), "file", from, "]", to).succeeded();
    assertEquals(-1, Files.mismatch(from, to));
  }

  @Test
  void socketActivation_byTcp_isServed() throws Exception {
    Outcome outcome =
        Tool.run(
            "nbdsh",
            "-c",
            """
            import os, socket
            listener = socket.socket()
            listener.bind(('127.0.0.1', 0))
            listener.listen()
            os.set_inheritable(listener.fileno(), True)
            pid = os.fork()
            if pid == 0:
                os.dup2(listener.fileno(), 3)
                os.environ['LISTEN_PID'] = str(os.getpid())
                os.environ['LISTEN_FDS'] = '1'
                os.execv('%1$s', ['%1$s', 'memory', '1M'])
            h.connect_tcp('127.0.0.1', str(listener.getsockname()[1]))
            print(h.get_size())
            h.shutdown()
            os.kill(pid, 15)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """
                .formatted(Tool.launcher()));
    assertEquals("1048576\n0\n", outcome.succeeded().out());
    assertEquals("", outcome.err());
  }

  @Test
  void socketActivation_withASecondThatIsNoSocket_isRefused() throws Exception {
    ProcessBuilder builder = Tool.nbdjBuilder();
    builder.command(
        "sh",
        "-c",
        "LISTEN_PID=$$ LISTEN_FDS=2 exec '%s' memory 1M 3<&0 4<&0".formatted(Tool.launcher()));
    Tool.run(builder).refused(1, "LISTEN_FDS: descriptor 3 is not a listening stream socket");
  }

  @Test
  void socketActivation_ofAFile_isRefused() throws Exception {
    ProcessBuilder builder = Tool.nbdjBuilder();
    builder.command(
        "sh",
        "-c",
        "LISTEN_PID=$$ LISTEN_FDS=1 exec '%s' memory 1M 3<&0".formatted(Tool.launcher()));
    Tool.run(builder)
        .refused(1, "LISTEN_FDS: what is handed over is not a listening stream socket");
  }

  @Test
  void socketActivation_meantForAnotherProcess_isIgnored() throws Exception {
    ProcessBuilder builder = Tool.nbdjBuilder("memory", "1M", "-U", "-", "--print-uri");
    builder.environment().put("LISTEN_PID", "1");
    builder.environment().put("LISTEN_FDS", "2");
    try (ServingProcess server = ServingProcess.start(builder)) {
      server.stop();
    }
  }
}
