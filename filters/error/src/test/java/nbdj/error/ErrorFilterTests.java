package nbdj.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import nbdj.api.ConfigException;
import nbdj.api.Filter;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorFilterTests {
  @TempDir Path folder;

  private Served serve(String... parameters) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      all.put(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return new Served(new ErrorFilter(), all);
  }

  @Test
  void rateForAll_theKindsOfNbdkit_fail() throws IOException {
    try (Served served = serve("error-rate=100%")) {
      for (Operation kind : Operation.values()) {
        boolean common = kind != Operation.FLUSH && kind != Operation.OPEN;
        assertEquals(
            common ? Optional.of(NbdError.EIO) : Optional.empty(),
            served.attempt(kind, 0),
            kind.word());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OPEN"})
  void ownErrorAndRate_thatKindAlone_fails(Operation failing) throws IOException {
    String word = failing.word();
    try (Served served =
        serve("error=ENOMEM", "error-" + word + "-rate=1", "error-" + word + "=ENOSPC")) {
      for (Operation kind : Operation.values()) {
        assertEquals(
            kind == failing ? Optional.of(NbdError.ENOSPC) : Optional.empty(),
            served.attempt(kind, 0),
            kind.word());
      }
    }
  }

  @Test
  void openRate_client_isRefused() {
    NbdException refusal =
        assertThrows(NbdException.class, () -> serve("error-open-rate=1", "error-open=EPERM"));
    assertEquals(NbdError.EPERM, refusal.error());
  }

  @ParameterizedTest
  @ValueSource(strings = {"error-pread-rate=0 error-rate=1", "error-rate=1 error-pread-rate=0"})
  void ownAndCommonRate_inAnyOrder_ownHolds(String parameters) throws IOException {
    try (Served served = serve(parameters.split(" ", -1))) {
      assertEquals(Optional.empty(), served.attempt(Operation.READ, 0));
      assertTrue(served.attempt(Operation.WRITE, 0).isPresent());
    }
  }

  @Test
  void commonError_requestsOfOwnRate_failWithIt() throws IOException {
    try (Served served = serve("error=ESHUTDOWN", "error-flush-rate=1:1")) {
      assertEquals(Optional.of(NbdError.ESHUTDOWN), served.attempt(Operation.FLUSH, 0));
    }
  }

  @Test
  void file_requests_failWhileItExists() throws IOException {
    Path all = folder.resolve("all");
    Path writes = folder.resolve("writes");
    try (Served served =
        serve("error-rate=1", "error-file=" + all, "error-pwrite-file=" + writes)) {
      assertEquals("..", served.pattern(Operation.READ, 2));
      Files.createFile(all);
      assertEquals("xx", served.pattern(Operation.READ, 2));
      assertEquals("..", served.pattern(Operation.WRITE, 2));
      Files.delete(all);
      Files.createFile(writes);
      assertEquals("..", served.pattern(Operation.READ, 2));
      assertEquals("xx", served.pattern(Operation.WRITE, 2));
    }
  }

  @Test
  void seed_twoServers_failTheSameRequests() throws IOException {
    String first = seeded("1");
    assertEquals(first, seeded("1"));
    assertNotEquals(first, seeded("2"));
  }

  private String seeded(String seed) throws IOException {
    try (Served served = serve("error-seed=" + seed, "error-rate=50%")) {
      return served.pattern(Operation.READ, 100) + served.pattern(Operation.WRITE, 100);
    }
  }

  @Test
  void noSeed_twoServers_failDifferentRequests() throws IOException {
    String[] patterns = new String[2];
    for (int i = 0; i < 2; i++) {
      try (Served served = serve("error-rate=50%")) {
        patterns[i] = served.pattern(Operation.READ, 100);
      }
    }
    assertNotEquals(patterns[0], patterns[1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"error=ENOTSUP", "error-pread=eio", "error-rate=101%", "error-seed=one"})
  void valueThatCannotBe_start_isRefused(String parameter) {
    assertThrows(ConfigException.class, () -> serve(parameter));
  }

  @Test
  void controlledByAProgram_parameters_areNone() {
    assertEquals(List.of(), new ErrorFilter(new Errors()).parameters());
  }

  @Test
  void serviceLoader_filters_findsError() {
    assertEquals(
        1,
        ServiceLoader.load(Filter.class).stream()
            .filter(provider -> provider.type() == ErrorFilter.class)
            .count());
  }
}
