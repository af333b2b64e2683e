package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import nbdj.api.Backend;
import nbdj.api.Next;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Plugins and filters whose callbacks, other than those for data, fail. */
class BrokenLayerCallbacksTests {
  /** Which rule a callback breaks that fails for no reason. */
  private static final Map<String, String> RULES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("load", "L-1"),
              Map.entry("config", "L-2"),
              Map.entry("configComplete", "L-3"),
              Map.entry("dump", "L-3"),
              Map.entry("threadModel", "L-4"),
              Map.entry("getReady", "L-5"),
              Map.entry("afterFork", "L-6"),
              Map.entry("preconnect", "L-7"),
              Map.entry("listExports", "N-4"),
              Map.entry("defaultExport", "N-4"),
              Map.entry("open", "N-3"),
              Map.entry("close", "L-11"),
              Map.entry("cleanup", "L-12"),
              Map.entry("unload", "L-13")));

  static Stream<Arguments> callbacks() {
    return RULES.entrySet().stream()
        .flatMap(entry ->
            Stream.of(Role.values())
                .map(role -> Arguments.of(role, entry.getKey(), entry.getValue())));
  }

  @ParameterizedTest
  @MethodSource("callbacks")
  void callbackFails_breaksItsRule(Role role, String callback, String rule) {
    role.judgeManner(() -> failing(callback, new IOException("the wheel has come off")))
        .breaks(rule)
        .saying("the wheel has come off");
  }

  @ParameterizedTest
  @EnumSource(value = Role.class, names = "FILTER")
  void prepareFails_breaksN3(Role role) {
    role.judgeManner(() -> failing("prepare", new IOException("not a disk")))
        .breaks("N-3")
        .saying("not a disk");
  }

  @ParameterizedTest
  @EnumSource(value = Role.class, names = "FILTER")
  void inspectFails_breaksL21(Role role) {
    role.judgeManner(() -> failing("inspect", new IOException("not a disk")))
        .breaks("L-21")
        .saying("not a disk");
  }

  @ParameterizedTest
  @EnumSource(value = Role.class, names = "FILTER")
  void inspectFailsWithTheDevice_breaksL21(Role role) {
    role.judgeManner(() ->
            new Manner() {
              @Override
              Map<String, String> inspect(Backend next) throws IOException {
                Next below = next.open(true, "", true);
                below.prepare();
                below.pread(ByteBuffer.allocate(1), 0);
                return Map.of("size", String.valueOf(below.size()));
              }
            })
        .breaks("L-21")
        .saying("the device below fails in");
  }

  @ParameterizedTest
  @EnumSource(value = Role.class, names = "FILTER")
  void finalizeThrowsUnchecked_breaksL10(Role role) {
    role.judgeManner(() -> failing("finalize", new IllegalStateException("no data was written")))
        .breaks("L-10")
        .saying("no data was written");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void loadThrowsAnError_breaksL1(Role role) {
    role.judgeManner(() -> failing("load", new UnsatisfiedLinkError("no libdisk")))
        .breaks("L-1")
        .saying("no libdisk");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void openThrowsUnchecked_breaksX3(Role role) {
    role.judgeManner(() -> failing("open", new NullPointerException("no table")))
        .breaks("X-3")
        .saying("open threw java.lang.NullPointerException: no table");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void secondCloseFails_breaksL11(Role role) {
    role.judgeManner(() -> everySecond("close")).breaks("L-11").saying("every second");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everySecondOpenFails_breaksN3AndL11(Role role) {
    role.judgeManner(() -> everySecond("open"))
        .breaks("N-3", "L-11")
        .saying("every second one fails");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void cleanupNeedsAClient_breaksL12(Role role) {
    role.judgeManner(() -> needing("cleanup", "preconnect")).breaks("L-12");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void unloadNeedsAWholeStart_breaksL13(Role role) {
    role.judgeManner(() -> needing("unload", "getReady"))
        .breaks("L-13")
        .saying("unload failed: java.io.IOException: unload without getReady");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void dumpNeedsConfigComplete_breaksL3(Role role) {
    role.judgeManner(() -> needing("dump", "configComplete"))
        .breaks("L-3")
        .saying("dump without configComplete");
  }

  private static Manner failing(String callback, Throwable failure) {
    return new Manner() {
      @Override
      void begin(String begun) throws IOException {
        if (begun.equals(callback)) {
          switch (failure) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalArgumentException(failure);
          }
        }
      }
    };
  }

  private static Manner everySecond(String callback) {
    return new Manner() {
      private final AtomicInteger calls = new AtomicInteger();

      @Override
      void begin(String begun) throws IOException {
        if (begun.equals(callback) && calls.incrementAndGet() % 2 == 0) {
          throw new IOException("every second one fails");
        }
      }
    };
  }

  /** A layer that fails in a callback unless another has been there before. */
  private static Manner needing(String callback, String needed) {
    return new Manner() {
      private final Set<String> seen = ConcurrentHashMap.newKeySet();

      @Override
      void begin(String begun) throws IOException {
        seen.add(begun);
        if (begun.equals(callback) && !seen.contains(needed)) {
          throw new IOException(callback + " without " + needed);
        }
      }
    };
  }
}
