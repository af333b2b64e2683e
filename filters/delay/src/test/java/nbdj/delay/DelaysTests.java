package nbdj.delay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.delay.Served.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DelaysTests {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofDays(1);

  private static final Map<Operation, UnaryOperator<DelayRule>> KINDS =
      new EnumMap<>(
          Map.of(
              Operation.READ, DelayRule::reads,
              Operation.WRITE, DelayRule::writes,
              Operation.ZERO, DelayRule::zeroes,
              Operation.TRIM, DelayRule::trims,
              Operation.FLUSH, DelayRule::flushes,
              Operation.EXTENTS, DelayRule::extents,
              Operation.CACHE, DelayRule::caches,
              Operation.OPEN, DelayRule::opens,
              Operation.CLOSE, DelayRule::closes));

  private final Delays delays = new Delays();
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    served = new Served(new DelayFilter(delays), Map.of());
  }

  @AfterEach
  void end() {
    delays.clear();
    served.close();
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void oneKindHeld_requests_waitOfThatKindAlone(Operation held) throws Exception {
    Delay delay = kind(held).apply(delays.delay()).untilReleased();
    boolean clients = held == Operation.OPEN || held == Operation.CLOSE;
    for (Operation kind : Operation.values()) {
      boolean client = kind == Operation.OPEN || kind == Operation.CLOSE;
      if (kind != held && !(clients && client)) {
        served.begin(kind).end();
      }
    }
    assertEquals(0, delay.count());

    Running running = served.begin(held);
    assertTrue(delay.awaitWaiting(1, PATIENCE));
    assertFalse(running.done());
    assertEquals(1, delays.waiting());
    delay.release();
    running.end();
    assertEquals(1, delay.count());
    assertEquals(0, delay.waiting());
  }

  @Test
  void requestsHeld_everyKind_waitsButOpenAndClose() throws Exception {
    delays.delay().requests().untilReleased();
    served.begin(Operation.OPEN).end();
    for (Operation kind : Operation.values()) {
      if (kind != Operation.OPEN && kind != Operation.CLOSE) {
        Running running = served.begin(kind);
        while (delays.waiting() == 0) {
          assertFalse(running.done(), kind.word());
          Thread.onSpinWait();
        }
        delays.wake();
        running.end();
      }
    }
  }

  @Test
  void delayed_request_takesThatLong() throws Exception {
    Delay delay = delays.delay().reads().by(Duration.ofMillis(20));
    long began = System.nanoTime();
    served.run(Operation.READ, 0);
    assertTrue(System.nanoTime() - began >= Duration.ofMillis(20).toNanos());
    assertEquals(1, delay.count());
  }

  @Test
  void delayedByNothing_request_goesOn() throws Exception {
    Delay delay = delays.delay().reads().by(Duration.ZERO);
    served.run(Operation.READ, 0);
    assertEquals(1, delay.count());
  }

  @Test
  void heldOnce_laterRequests_overtake() throws Exception {
    Delay delay = delays.delay().writes().times(1).untilReleased();
    Running first = served.begin(Operation.WRITE);
    assertTrue(delay.awaitWaiting(1, PATIENCE));
    served.begin(Operation.WRITE).end();
    assertFalse(first.done());
    delay.release();
    first.end();
  }

  @Test
  void range_requestsOutside_goOn() throws Exception {
    Delay delay = delays.delay().reads().flushes().in(4096, 512).untilReleased();
    served.run(Operation.READ, 4096 - 512);
    served.run(Operation.READ, 4096 + 512);
    served.run(Operation.FLUSH, 0);
    Running inside = served.begin(Operation.READ, 4607);
    assertTrue(delay.awaitWaiting(1, PATIENCE));
    delay.release();
    inside.end();
  }

  @Test
  void onlyIf_requests_waitOnlyThen() throws Exception {
    AtomicBoolean on = new AtomicBoolean();
    Delay delay = delays.delay().reads().onlyIf(on::get).untilReleased();
    served.run(Operation.READ, 0);
    on.set(true);
    Running running = served.begin(Operation.READ);
    assertTrue(delay.awaitWaiting(1, PATIENCE));
    delay.release();
    running.end();
  }

  @Test
  void longDelays_wake_letsThoseGoThatWaitAndDelaysThoseThatCome() throws Exception {
    Delay delay = delays.delay().reads().by(LONG);
    Running first = served.begin(Operation.READ);
    assertTrue(delay.awaitWaiting(1, PATIENCE));
    delays.wake();
    first.end();
    Running second = served.begin(Operation.READ);
    assertTrue(delay.awaitWaiting(1, PATIENCE));
    delays.clear();
    second.end();
    served.run(Operation.READ, 0);
    assertEquals(2, delay.count());
  }

  @Test
  void suspended_requests_goOnUntilResumed() throws Exception {
    Delay delay = delays.delay().reads().by(LONG);
    Running waiting = served.begin(Operation.READ);
    assertTrue(delay.awaitWaiting(1, PATIENCE));
    delays.suspend();
    waiting.end();
    served.begin(Operation.READ).end();
    assertEquals(1, delay.count());
    delays.resume();
    Running again = served.begin(Operation.READ);
    assertTrue(delay.awaitWaiting(1, PATIENCE));
    delays.wake();
    again.end();
  }

  @Test
  void twoDelays_theFirst_holdsUp() throws Exception {
    Delay first = delays.delay().reads().times(1).by(Duration.ZERO);
    Delay second = delays.delay().reads().by(Duration.ZERO);
    served.run(Operation.READ, 0);
    assertEquals(0, second.count());
    served.run(Operation.READ, 0);
    assertEquals(1, first.count());
    assertEquals(1, second.count());
  }

  @Test
  void interrupted_request_waitsOnAndKeepsTheInterrupt() throws Exception {
    Delay delay = delays.delay().reads().untilReleased();
    AtomicBoolean kept = new AtomicBoolean();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              delays.hold(Operation.READ, 0, 1);
              kept.set(Thread.currentThread().isInterrupted());
            });
    assertTrue(delay.awaitWaiting(1, PATIENCE));
    thread.interrupt();
    while (thread.isInterrupted()) {
      Thread.onSpinWait();
    }
    assertEquals(1, delay.waiting());
    delay.release();
    assertTrue(thread.join(PATIENCE));
    assertTrue(kept.get());
  }

  @Test
  void tooFewWait_awaitWaiting_givesUp() throws Exception {
    Delay delay = delays.delay().reads().untilReleased();
    assertFalse(delay.awaitWaiting(1, Duration.ofMillis(1)));
  }

  @Test
  void serverStops_whoWaits_goesOnAndHoldsNothingUp() throws Exception {
    Delay delay = delays.delay().reads().closes().by(LONG);
    Running leaving = served.begin(Operation.CLOSE);
    Running reading = served.begin(Operation.READ);
    assertTrue(delay.awaitWaiting(2, PATIENCE));
    served.close();
    leaving.end();
    ExecutionException failure = assertThrows(ExecutionException.class, reading::end);
    assertEquals(
        NbdError.ESHUTDOWN, assertInstanceOf(NbdException.class, failure.getCause()).error());
  }

  @Test
  void handleThatAFilterLends_clientLeavesAndServerStops_isNotDelayed() throws Exception {
    Delay delay = delays.delay().closes().untilReleased();
    try (Served lent = new Served(new DelayFilter(delays), Map.of(), new LendingFilter())) {
      lent.run(Operation.READ, 0);
      lent.begin(Operation.CLOSE).end();
    }
    assertEquals(0, delay.count());
  }

  @Test
  void ruleWithoutLength_requests_goOnAndTheMistakeShows() throws Exception {
    delays.delay().reads();
    served.run(Operation.READ, 0);
    delays.delay().writes().by(Duration.ZERO);
    assertEquals(1, delays.unfinished());
    delays.clear();
    assertEquals(0, delays.unfinished());
  }

  @Test
  void impossibleRules_areRefusedWithTheRemedy() {
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> delays.delay().untilReleased());
    assertEquals(
        "nothing to delay (name what is delayed: reads(), writes(), requests())",
        refusal.getMessage());
    Set.<UnaryOperator<DelayRule>>of(
            rule -> rule.in(-1, 1), rule -> rule.in(0, 0), rule -> rule.times(-1))
        .forEach(wrong ->
            assertThrows(IllegalArgumentException.class, () -> wrong.apply(delays.delay())));
    assertThrows(
        IllegalArgumentException.class, () -> delays.delay().reads().by(Duration.ofNanos(-1)));
  }

  private static UnaryOperator<DelayRule> kind(Operation operation) {
    UnaryOperator<DelayRule> kind = KINDS.get(operation);
    if (kind == null) {
      throw new AssertionError("no rule for " + operation);
    }
    return kind;
  }
}
