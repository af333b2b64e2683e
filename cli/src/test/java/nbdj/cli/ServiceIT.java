package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Start and stop as service managers and scripts need them. */
final class ServiceIT {
  @TempDir Path folder;

  private Outcome python(String script) throws IOException, InterruptedException {
    Tool.require("nbdsh");
    return Tool.run("nbdsh", "-c", script.replace("LAUNCHER", Tool.launcher().toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"@nbdj-test-PID", "FOLDER/notify"})
  void serviceManager_hearsWhenClientsAreServed_andWhenTheEndBegins(String address)
      throws Exception {
    String script =
        """
        import os, socket, subprocess
        address = 'ADDRESS'.replace('PID', str(os.getpid()))
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.settimeout(60)
        manager.bind(address.replace('@', chr(0)))
        env = dict(os.environ, NOTIFY_SOCKET=address)
        server = subprocess.Popen(['LAUNCHER', 'memory', '1M', '-U', 'FOLDER/sock'], env=env)
        print(manager.recv(4096).decode().splitlines())
        h.connect_unix('FOLDER/sock')
        print(h.get_size())
        server.terminate()
        print(manager.recv(4096).decode().splitlines()[0])
        print(server.wait(60))
        """
            .replace("ADDRESS", address)
            .replace("FOLDER", folder.toString());
    assertEquals(
        """
        ['READY=1', 'STATUS=serving nbd+unix:///?socket=%s']
        1048576
        STOPPING=1
        0
        """
            .formatted(folder.resolve("sock")),
        python(script).succeeded().out());
  }

  @Test
  void serviceManagerThatIsGone_isNoReasonNotToServe() throws Exception {
    ProcessBuilder builder = Tool.nbdjBuilder("memory", "1M", "-U", "-", "--print-uri");
    builder.environment().put("NOTIFY_SOCKET", folder.resolve("nobody").toString());
    try (ServingProcess server = ServingProcess.start(builder)) {
      Tool.run("nbdinfo", server.uri()).succeeded();
      server.signal("TERM");
      assertEquals(0, server.await());
      assertTrue(server.errors().contains("cannot tell the service manager"), server::toString);
    }
  }

  @Test
  void twoSocketsHandedOver_unixAndTcp_areBothServed() throws Exception {
    String script =
        """
        import fcntl, os, socket
        import nbd
        unix = socket.socket(socket.AF_UNIX)
        unix.bind('FOLDER/sock')
        tcp = socket.socket()
        tcp.bind(('127.0.0.1', 0))
        for listener in unix, tcp:
            listener.listen()
        pid = os.fork()
        if pid == 0:
            high = [fcntl.fcntl(s.fileno(), fcntl.F_DUPFD, 50) for s in (unix, tcp)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)
            os.closerange(5, 100)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='2')
            os.execv('LAUNCHER', ['LAUNCHER', 'memory', '1M'])
        h.connect_unix('FOLDER/sock')
        h.pwrite(b'over unix', 0)
        other = nbd.NBD()
        other.connect_tcp('127.0.0.1', str(tcp.getsockname()[1]))
        print(other.pread(9, 0).decode())
        other.shutdown()
        os.kill(pid, 15)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        # What was handed over is the manager's: it goes on listening.
        again = socket.socket(socket.AF_UNIX)
        again.connect('FOLDER/sock')
        """
            .replace("FOLDER", folder.toString());
    Outcome outcome = python(script).succeeded();
    assertEquals("over unix\n0\n", outcome.out(), outcome::toString);
    assertEquals("", outcome.err());
  }

  @Test
  void idleClient_doesNotHoldUpTheStop() throws Exception {
    try (ServingProcess server = ServingProcess.start("memory", "1M");
        RawClient silent = new RawClient(server.address());
        RawClient idle = new RawClient(server.address())) {
      idle.choose("");
      assertEquals(512, idle.pread(0, 512).length);
      assertNotNull(silent);
      server.stop();
    }
  }

  @Test
  void requestThatRunsLongerThanAllowed_isCutOff() throws Exception {
    try (ServingProcess server =
            ServingProcess.start(
                "--filter", "delay", "memory", "1M", "rdelay=1000", "--stop-timeout", "0.2");
        RawClient client = new RawClient(server.address())) {
      client.choose("");
      client.beginRead(0, 512);
      // A whole conversation later the request has long been taken in.
      Tool.run("nbdinfo", "--size", server.uri()).succeeded();
      server.signal("TERM");
      assertEquals(0, server.await());
    }
  }

  @Test
  void secondSignal_endsTheServerAtOnce() throws Exception {
    try (ServingProcess server =
            ServingProcess.start(
                "--filter", "delay", "memory", "1M", "rdelay=1000", "--stop-timeout", "1000");
        RawClient client = new RawClient(server.address())) {
      client.choose("");
      client.beginRead(0, 512);
      Tool.run("nbdinfo", "--size", server.uri()).succeeded();
      server.signal("TERM");
      Optional<ProcessHandle> process = ProcessHandle.of(server.pid());
      while (process.isPresent() && process.get().isAlive()) {
        Tool.run("kill", "-TERM", server.pid());
      }
      assertEquals(128 + 15, server.await());
    }
  }

  @Test
  void background_isEnteredWhenTheServerIsReady() throws Exception {
    Path socket = folder.resolve("sock");
    Path pidFile = folder.resolve("pid");
    Outcome started =
        Tool.nbdj("--background", "memory", "1M", "-U", socket, "-P", pidFile, "--print-uri");
    assertEquals("nbd+unix:///?socket=" + socket + "\n", started.succeeded().out());
    assertEquals("", started.err());
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
    try {
      Tool.run("nbdinfo", "nbd+unix:///?socket=" + socket).succeeded();
      for (int stream = 0; stream <= 2; stream++) {
        assertEquals(
            Path.of("/dev/null"),
            Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/" + stream)));
      }
      // It can be stopped by any of the usual signals.
      Tool.run("kill", "-INT", pid).succeeded();
      server.onExit().get(Tool.PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertFalse(Files.exists(pidFile));
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void background_thatCannotBeEntered_isAFailureThatIsSeen() throws Exception {
    Path socket = folder.resolve("sock");
    Tool.nbdj("--background", "memory", "1M", "x=1", "-U", socket)
        .ended(2)
        .hasError("nbdj: memory: x=1: ");
    Files.createFile(socket);
    Tool.nbdj("--background", "memory", "1M", "-U", socket).ended(1).hasError("exists already");
  }

  @Test
  void parentThatEnds_stopsTheServer() throws Exception {
    Path pidFile = folder.resolve("pid");
    ProcessBuilder builder = Tool.nbdjBuilder();
    builder.command(
        "sh",
        "-c",
        """
        '%s' --exit-with-parent memory 1M -U - -P '%s' 2> /dev/null &
        while [ ! -e '%2$s' ]; do sleep 0.1; done
        cat '%2$s'
        """
            .formatted(Tool.launcher(), pidFile));
    long pid = Long.parseLong(Tool.run(builder).succeeded().out().strip());
    Optional<ProcessHandle> server = ProcessHandle.of(pid);
    if (server.isPresent()) {
      server.get().onExit().get(Tool.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    assertFalse(Files.exists(pidFile));
  }
}
