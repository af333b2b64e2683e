package nbdj.delay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import nbdj.api.ConfigException;
import nbdj.api.Filter;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.delay.Served.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DelayFilterTests {
  /** Longer than any test runs: who is delayed waits until it is let go. */
  private static final String LONG = "=3600";

  private final Delays delays = new Delays();

  @TempDir Path folder;

  @AfterEach
  void letGo() {
    delays.clear();
  }

  private Served serve(String... parameters) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      all.put(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return new Served(new DelayFilter(delays, true), all);
  }

  /** Tell whether an operation waits; then it is let go. */
  private boolean waits(Served served, Operation kind) throws Exception {
    Running running = served.begin(kind);
    while (!running.done() && delays.waiting() == 0) {
      Thread.onSpinWait();
    }
    boolean waits = delays.waiting() > 0;
    while (!running.done()) {
      delays.wake();
      Thread.onSpinWait();
    }
    running.end();
    return waits;
  }

  @ParameterizedTest
  @CsvSource({
    "rdelay,READ",
    "wdelay,WRITE ZERO TRIM",
    "delay-read,READ",
    "delay-write,WRITE",
    "delay-zero,ZERO",
    "delay-trim,TRIM",
    "delay-flush,FLUSH",
    "delay-extents,EXTENTS",
    "delay-cache,CACHE"
  })
  void oneParameter_itsOperationsAlone_wait(String parameter, String kinds) throws Exception {
    Set<Operation> delayed = EnumSet.noneOf(Operation.class);
    for (String kind : kinds.split(" ", -1)) {
      delayed.add(Operation.valueOf(kind));
    }
    try (Served served = serve(parameter + LONG)) {
      for (Operation kind : Operation.values()) {
        assertEquals(delayed.contains(kind), waits(served, kind), kind.word());
      }
    }
  }

  @Test
  void closeDelayed_clientThatLeaves_waits() throws Exception {
    try (Served served = serve("delay-close" + LONG)) {
      assertTrue(waits(served, Operation.CLOSE));
      delays.clear();
    }
  }

  @Test
  void openDelayed_client_waitsThatLong() throws Exception {
    long began = System.nanoTime();
    try (Served served = serve("delay-open=20ms")) {
      assertTrue(System.nanoTime() - began >= 20_000_000);
      served.run(Operation.READ, 0);
    }
  }

  @Test
  void ownAndCommonDelay_ownHolds() throws Exception {
    try (Served served = serve("delay-write=0", "wdelay" + LONG)) {
      assertFalse(waits(served, Operation.WRITE));
      assertTrue(waits(served, Operation.ZERO));
    }
  }

  @Test
  void trigger_requests_waitWhileItExists() throws Exception {
    Path trigger = folder.resolve("trigger");
    try (Served served = serve("rdelay" + LONG, "delay-trigger=" + trigger)) {
      assertFalse(waits(served, Operation.READ));
      Files.createFile(trigger);
      assertTrue(waits(served, Operation.READ));
      Files.delete(trigger);
      assertFalse(waits(served, Operation.READ));
    }
  }

  @Test
  void fastZeroNotDelayed_fastZero_failsAtOnceAndOthersWait() throws Exception {
    try (Served served = serve("delay-zero" + LONG, "delay-fast-zero=no")) {
      assertTrue(served.next.canFastZero());
      NbdException refusal = assertThrows(NbdException.class, served::fastZero);
      assertEquals(NbdError.ENOTSUP, refusal.error());
      assertTrue(waits(served, Operation.ZERO));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delay-fast-zero=no", "delay-zero=1us"})
  void fastZeroDelayedOrNoDelay_fastZero_isDone(String parameter) throws Exception {
    try (Served served = serve(parameter)) {
      served.fastZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rdelay=soon", "delay-close=-1", "delay-fast-zero=perhaps"})
  void valueThatCannotBe_start_isRefused(String parameter) {
    assertThrows(ConfigException.class, () -> serve(parameter));
  }

  @Test
  void controlledByAProgram_parameters_areNone() {
    assertEquals(List.of(), new DelayFilter(delays).parameters());
  }

  @Test
  void serviceLoader_filters_findsDelay() {
    assertEquals(
        1,
        ServiceLoader.load(Filter.class).stream()
            .filter(provider -> provider.type() == DelayFilter.class)
            .count());
  }
}
