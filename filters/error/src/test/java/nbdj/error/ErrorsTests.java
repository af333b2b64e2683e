package nbdj.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTests {
  private static final Map<Operation, UnaryOperator<ErrorRule>> KINDS =
      new EnumMap<>(
          Map.of(
              Operation.READ, ErrorRule::reads,
              Operation.WRITE, ErrorRule::writes,
              Operation.FLUSH, ErrorRule::flushes,
              Operation.TRIM, ErrorRule::trims,
              Operation.ZERO, ErrorRule::zeroes,
              Operation.EXTENTS, ErrorRule::extents,
              Operation.CACHE, ErrorRule::caches,
              Operation.OPEN, ErrorRule::opens));

  private final Errors errors = new Errors();
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    served = new Served(errors);
  }

  @AfterEach
  void end() {
    served.close();
  }

  @Test
  void nothingSaid_requests_succeed() throws IOException {
    for (Operation kind : Operation.values()) {
      assertEquals(Optional.empty(), served.attempt(kind, 0), kind.word());
    }
    assertEquals(0, errors.count());
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void oneKindFails_requests_failOfThatKindAlone(Operation failing) throws IOException {
    Fault fault = kind(failing).apply(errors.fail()).with(NbdError.ENOMEM);
    for (Operation kind : Operation.values()) {
      assertEquals(
          kind == failing ? Optional.of(NbdError.ENOMEM) : Optional.empty(),
          served.attempt(kind, 0),
          kind.word());
    }
    assertEquals(1, fault.count());
    assertEquals(1, errors.count());
  }

  @Test
  void requestsFail_everyKind_failsButOpen() throws IOException {
    errors.fail().requests().with(NbdError.EIO);
    for (Operation kind : Operation.values()) {
      assertEquals(kind != Operation.OPEN, served.attempt(kind, 0).isPresent(), kind.word());
    }
  }

  @Test
  void afterAndTimes_writes_failInBetween() throws IOException {
    Fault fault = errors.fail().writes().after(2).times(3).with(NbdError.ENOSPC);
    assertEquals("..xxx...", served.pattern(Operation.WRITE, 8));
    assertEquals(3, fault.count());
  }

  @Test
  void range_requestsThatTouchIt_fail() throws IOException {
    errors.fail().requests().opens().in(4096, 512).with(NbdError.EIO);
    assertFalse(served.attempt(Operation.READ, 0, 4096).isPresent());
    assertTrue(served.attempt(Operation.READ, 0, 4097).isPresent());
    assertTrue(served.attempt(Operation.WRITE, 4607, 1).isPresent());
    assertFalse(served.attempt(Operation.WRITE, 4608, 1).isPresent());
    assertFalse(served.attempt(Operation.FLUSH, 0).isPresent(), "a flush has no range");
    assertFalse(served.attempt(Operation.OPEN, 0).isPresent(), "nor has an open");
  }

  @Test
  void rangeOfTheFirstByte_flush_isNotConcerned() throws IOException {
    errors.fail().requests().in(0, 1).with(NbdError.EIO);
    assertFalse(served.attempt(Operation.FLUSH, 0).isPresent());
    assertTrue(served.attempt(Operation.READ, 0).isPresent());
  }

  @Test
  void rate_sameSeed_failsTheSameRequests() throws IOException {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed: " + seed);
    String first = rated(seed);
    assertEquals(first, rated(seed));
    assertNotEquals(first, rated(seed + 1));
    int failed = (int) first.chars().filter(c -> c == 'x').count();
    assertTrue(failed > 20 && failed < 180, first);
  }

  private String rated(long seed) throws IOException {
    errors.clear();
    errors.fail().reads().rate(0.5, seed).with(NbdError.EIO);
    return served.pattern(Operation.READ, 200);
  }

  @Test
  void rateWithoutSeed_controlsOfOneSeed_failTheSameRequests() throws IOException {
    String[] patterns = new String[3];
    for (int i = 0; i < 3; i++) {
      Errors seeded = new Errors(i / 2);
      try (Served other = new Served(seeded)) {
        seeded.fail().reads().rate(0.5).with(NbdError.EIO);
        patterns[i] = other.pattern(Operation.READ, 100);
        seeded.clear();
        seeded.fail().reads().rate(0.5).with(NbdError.EIO);
        assertEquals(patterns[i], other.pattern(Operation.READ, 100), "after clear");
        seeded.clear();
        seeded.fail();
        seeded.fail().reads().rate(0.5).with(NbdError.EIO);
        assertNotEquals(patterns[i], other.pattern(Operation.READ, 100), "a second rule");
      }
    }
    assertEquals(patterns[0], patterns[1]);
    assertNotEquals(patterns[1], patterns[2]);
  }

  @Test
  void rate_otherKindsInBetween_changeNothing() throws IOException {
    errors.fail().reads().rate(0.5, 7).with(NbdError.EIO);
    String alone = served.pattern(Operation.READ, 100);
    errors.clear();
    errors.fail().reads().writes().rate(0.5, 7).with(NbdError.EIO);
    StringBuilder mixed = new StringBuilder();
    StringBuilder writes = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      writes.append(served.pattern(Operation.WRITE, 1));
      mixed.append(served.pattern(Operation.READ, 1));
    }
    assertEquals(alone, mixed.toString());
    assertNotEquals(alone, writes.toString());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void rateOfNoneOrAll_requests_failNeverOrAlways(double rate) throws IOException {
    errors.fail().reads().rate(rate, 1).with(NbdError.EIO);
    assertEquals((rate == 0 ? "." : "x").repeat(50), served.pattern(Operation.READ, 50));
  }

  @Test
  void partially_write_writesTheFirstBytesAndFails() throws IOException {
    errors.fail().writes().partially(1000).with(NbdError.EIO);
    NbdException failure =
        assertThrows(NbdException.class, () -> served.run(Operation.WRITE, 0, 4096));
    assertEquals("EIO was injected into pwrite of 4096 bytes at 0", failure.getMessage());
    assertEquals(1000, served.ones(8192));
  }

  @Test
  void partiallyMoreThanThereIs_write_isDoneAndFails() throws IOException {
    errors.fail().writes().partially(1 << 20).with(NbdError.EIO);
    assertTrue(served.attempt(Operation.WRITE, 0).isPresent());
    assertEquals(4096, served.ones(8192));
  }

  @Test
  void notPartially_write_writesNothing() throws IOException {
    errors.fail().writes().with(NbdError.EIO);
    assertTrue(served.attempt(Operation.WRITE, 0).isPresent());
    assertEquals(0, served.ones(8192));
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"ZERO", "TRIM"})
  void partially_zeroOrTrim_clearsTheFirstBytesAndFails(Operation kind) throws IOException {
    served.run(Operation.WRITE, 0, 8192);
    kind(kind).apply(errors.fail()).partially(4096).with(NbdError.EIO);
    assertTrue(served.attempt(kind, 0, 8192).isPresent());
    assertEquals(4096, served.ones(8192));
  }

  @Test
  void onlyIf_requests_failAndCountOnlyThen() throws IOException {
    AtomicBoolean on = new AtomicBoolean();
    errors.fail().reads().onlyIf(on::get).after(1).with(NbdError.EIO);
    assertEquals("...", served.pattern(Operation.READ, 3));
    on.set(true);
    assertEquals(".xx", served.pattern(Operation.READ, 3));
    on.set(false);
    assertEquals(".", served.pattern(Operation.READ, 1));
  }

  @Test
  void stopped_requests_succeedAndOtherFaultsStay() throws IOException {
    Fault reads = errors.fail().reads().with(NbdError.EIO);
    errors.fail().writes().with(NbdError.EIO);
    assertTrue(served.attempt(Operation.READ, 0).isPresent());
    reads.stop();
    reads.stop();
    assertFalse(served.attempt(Operation.READ, 0).isPresent());
    assertTrue(served.attempt(Operation.WRITE, 0).isPresent());
  }

  @Test
  void cleared_requests_succeed() throws IOException {
    Fault fault = errors.fail().requests().with(NbdError.EIO);
    served.attempt(Operation.READ, 0);
    errors.clear();
    assertFalse(served.attempt(Operation.READ, 0).isPresent());
    assertEquals(1, fault.count());
    assertEquals(1, errors.count());
  }

  @Test
  void severalFaults_theFirstThatHits_decides() throws IOException {
    Fault first = errors.fail().reads().after(1).times(1).with(NbdError.EIO);
    Fault second = errors.fail().reads().with(NbdError.ENOMEM);
    assertEquals(Optional.of(NbdError.ENOMEM), served.attempt(Operation.READ, 0));
    assertEquals(Optional.of(NbdError.EIO), served.attempt(Operation.READ, 0));
    assertEquals(Optional.of(NbdError.ENOMEM), served.attempt(Operation.READ, 0));
    assertEquals(1, first.count());
    assertEquals(2, second.count());
  }

  @Test
  void opensFail_client_isRefusedWithTheReason() {
    errors.fail().opens().with(NbdError.EPERM);
    NbdException refusal = assertThrows(NbdException.class, served::open);
    assertEquals(NbdError.EPERM, refusal.error());
    assertEquals("EPERM was injected into open", refusal.getMessage());
  }

  @Test
  void ruleWithoutWith_requests_succeedAndTheMistakeShows() throws IOException {
    errors.fail().reads();
    assertFalse(served.attempt(Operation.READ, 0).isPresent());
    errors.fail().writes().with(NbdError.EIO);
    assertEquals(1, errors.unfinished());
    errors.clear();
    assertEquals(0, errors.unfinished());
  }

  @Test
  void impossibleRules_areRefusedWithTheRemedy() {
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> errors.fail().with(NbdError.EIO));
    assertEquals(
        "nothing to fail with EIO (name what fails: reads(), writes(), requests())",
        refusal.getMessage());
    Set.<UnaryOperator<ErrorRule>>of(
            rule -> rule.in(-1, 1),
            rule -> rule.in(0, 0),
            rule -> rule.in(Long.MAX_VALUE, 1),
            rule -> rule.after(-1),
            rule -> rule.times(-1),
            rule -> rule.partially(-1),
            rule -> rule.rate(1.1, 0),
            rule -> rule.rate(Double.NaN, 0))
        .forEach(wrong ->
            assertThrows(IllegalArgumentException.class, () -> wrong.apply(errors.fail())));
  }

  private static UnaryOperator<ErrorRule> kind(Operation operation) {
    UnaryOperator<ErrorRule> kind = KINDS.get(operation);
    if (kind == null) {
      throw new AssertionError("no rule for " + operation);
    }
    return kind;
  }
}
