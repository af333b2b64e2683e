package nbdj.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import nbdj.runtime.server.NbdServer;
import org.junit.jupiter.api.Test;

/** A disk inside a program, as the README shows it. */
class EmbeddedTests {
  @Test
  void serverInAProgram_tellsWhereItIs() throws IOException {
    PrintStream console = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      serve();
    } finally {
      System.setOut(console);
    }
    String uri = said.toString(StandardCharsets.UTF_8);
    assertTrue(uri.startsWith("nbd+unix:///?socket=/"), uri);
  }

  private static void serve() throws IOException {
    try (NbdServer server =
        NbdServer.builder()
            .plugin(new MemoryPlugin())
            .config("size", "64M")
            .privateSocket()
            .start()) {
      System.out.println(server.uri()); // nbd+unix:///?socket=/tmp/...
    }
  }
}
