package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What must not get out of the command: control characters of clients, and its own descriptors. */
@Timeout(180)
final class HostileIT {
  @Test
  void namesWithControlCharacters_areEscapedInTheLog() throws Exception {
    try (ServingProcess server = ServingProcess.start("memory", "1M", "-v", "-v")) {
      String[] names = {
        "\u001b[2J\u001b]0;owned\u0007", "one\r\ntwo: nbdj: ready", "\u202egnp", "\u009b31m", "x"
      };
      for (String name : names) {
        byte[] words = RawClient.goThenRead(name);
        RawClient.sayAndHangUp(UnixDomainSocketAddress.of(server.socket()), words, words.length);
      }
      // Whatever the server has to say of them, it has said when it has ended.
      server.signal("TERM");
      assertEquals(0, server.await());
      String log = server.errors();
      assertTrue(log.contains("ended"), log);
      log.chars()
          .filter(c -> c != '\n' && c != '\t')
          .forEach(c ->
              assertTrue(
                  Character.getType(c) != Character.CONTROL
                      && Character.getType(c) != Character.FORMAT,
                  () -> "0x%x is in the log".formatted(c)));
      assertTrue(log.lines().noneMatch(line -> line.startsWith("two: nbdj: ready")), log);
    }
  }

  @Test
  void commandOfRun_inheritsNoDescriptorAndNoSecret() throws Exception {
    Outcome outcome =
        Tool.nbdj(
                "memory",
                "1M",
                "--run",
                "ls /proc/self/fd | tr '\\n' ' '; env | grep -ci 'nbdj_listen\\|LISTEN_FDS' || true")
            .succeeded();
    // The fourth is the folder that ls reads.
    assertTrue(outcome.out().startsWith("0 1 2 3 "), outcome::toString);
    assertTrue(outcome.out().strip().endsWith(" 0"), outcome::toString);
    assertEquals(5, outcome.out().strip().split("\\s+").length, outcome::toString);
  }
}
