package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

final class LogLevelsTests {
  private static Logging logging(int verbosity, Map<String, Integer> flags) {
    return new Logging("nbdj", verbosity, flags, "default");
  }

  @Test
  void flagOfTheServer_countsForItsPackageAlone() {
    LogLevels levels = LogLevels.of(logging(0, Map.of("nbdj.chain", 2)));
    assertEquals(Level.TRACE, levels.of("nbdj.runtime.chain.Faults"));
    assertEquals(Level.WARN, levels.of("nbdj.runtime.protocol.Worker"));
    assertEquals(Level.WARN, levels.of("com.acme.chain.X"));
  }

  @Test
  void flagOfALayer_countsForLoggersWithItsNameInTheirs() {
    LogLevels levels = LogLevels.of(logging(0, Map.of("my-disk.log", 1)));
    assertEquals(Level.DEBUG, levels.of("com.acme.mydisk.Store"));
    assertEquals(Level.DEBUG, levels.of("MyDisk"));
    assertEquals(Level.WARN, levels.of("com.acme.mydiskette.Store"));
  }

  @Test
  void verbosity_countsWhereNoFlagSaysOtherwise() {
    LogLevels levels = LogLevels.of(logging(1, Map.of("nbdkit.backend.datapath", 0)));
    assertEquals(Level.WARN, levels.of("nbdj.runtime.chain.Chain"));
    assertEquals(Level.DEBUG, levels.of("nbdj.runtime.server.Acceptor"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nbdj.chain",
        "memory.log",
        "memory.dir",
        "delay.log",
        "nbdkit.backend.controlpath"
      })
  void flagThatExists_isAccepted(String flag) throws UsageException {
    LogLevels.check(logging(0, Map.of(flag, 1)), List.of("memory", "delay"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nbdj.frob", "file.log", "memory.frob", "file.zero", "nbdkit.frob"})
  void flagThatDoesNotExist_isRefused(String flag) {
    UsageException refusal =
        assertThrows(
            UsageException.class,
            () -> LogLevels.check(logging(0, Map.of(flag, 1)), List.of("memory")));
    assertEquals(
        "--debug %s: no such flag (there are nbdj.chain, nbdj.discovery, nbdj.protocol, nbdj.server, nbdj.transport, and NAME.log for a layer of the command)"
            .formatted(flag),
        refusal.getMessage());
  }
}
