package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The option {@code --run}. */
final class RunIT {
  @Test
  void command_findsVariablesThatAreNotExported_andGivesItsStatus() throws Exception {
    String script = "echo $uri,$nbd,$unixsocket,$port,$exportname; env | grep -c ^uri=; exit 7";
    Outcome outcome = Tool.nbdj("memory", "1M", "-e", "it's", "--run", script).ended(7);
    String[] lines = outcome.out().split("\n", -1);
    String[] values = lines[0].split(",", -1);
    assertEquals("nbd+unix:///it%27s?socket=" + values[2], values[0]);
    assertEquals(values[0], values[1]);
    assertEquals("", values[3]);
    assertEquals("it's", values[4]);
    assertEquals("0", lines[1]);
    assertEquals("", outcome.err());
  }

  @Test
  void command_isAClientOfAReadyServer() throws Exception {
    Tool.require("nbdinfo");
    Outcome outcome =
        Tool.nbdj("memory", "1M", "-p", 0, "--run", "test $port && nbdinfo --size \"$uri\"");
    assertEquals("1048576\n", outcome.succeeded().out());
  }

  @Test
  void command_endedByASignal_gives128AndItsNumber() throws Exception {
    Tool.nbdj("memory", "1M", "--run", "kill -9 $$").ended(128 + 9);
  }

  @Test
  void signal_endsTheCommand() throws Exception {
    Process server = Tool.nbdjBuilder("memory", "1M", "--run", "echo up; read x").start();
    try (OutputStream commandLivesUntilThisCloses = server.getOutputStream();
        BufferedReader out = server.inputReader()) {
      commandLivesUntilThisCloses.flush();
      assertEquals("up", out.readLine());
      Tool.run("kill", "-TERM", server.pid()).succeeded();
      assertTrue(server.waitFor(Tool.PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertEquals(128 + 15, server.exitValue());
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void secondSignal_endsTheServerThoughTheCommandGoesOn() throws Exception {
    String script = "trap '' TERM; echo up; read x";
    Process server = Tool.nbdjBuilder("memory", "1M", "--run", script).start();
    try (OutputStream commandLivesUntilThisCloses = server.getOutputStream();
        BufferedReader out = server.inputReader()) {
      commandLivesUntilThisCloses.flush();
      assertEquals("up", out.readLine());
      Tool.run("kill", "-TERM", server.pid()).succeeded();
      while (!server.waitFor(100, TimeUnit.MILLISECONDS)) {
        Tool.run("kill", "-TERM", server.pid());
      }
      assertEquals(128 + 15, server.exitValue());
    } finally {
      server.destroyForcibly();
    }
  }
}
