package nbdj.runtime.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When a silent client, or one stuck in a large message, has had its time. */
class PatienceTests {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicInteger ends = new AtomicInteger();

  @Test
  void transfer_withoutAStepForTooLong_isCut() {
    try (Watch watch = new Watch()) {
      Transfers transfers = new Transfers(watch, Duration.ofSeconds(10), ends::incrementAndGet);
      assertEquals(Watch.Need.NOTHING, transfers.tick(0));
      transfers.begin();
      assertEquals(Watch.Need.DEADLINE, transfers.tick(SECOND));
      transfers.tick(11 * SECOND);
      assertEquals(0, ends.get());
      transfers.tick(12 * SECOND);
      assertEquals(1, ends.get());
    }
  }

  @Test
  void transfer_withASteadyClient_mayTakeAnyTime() {
    try (Watch watch = new Watch()) {
      Transfers transfers = new Transfers(watch, Duration.ofSeconds(10), ends::incrementAndGet);
      transfers.begin();
      long now = 0;
      for (int i = 0; i < 100; i++) {
        now += 9 * SECOND;
        transfers.tick(now);
        transfers.step();
      }
      transfers.end();
      transfers.tick(now + 100 * SECOND);
      assertEquals(0, ends.get());
      transfers.begin();
      transfers.tick(now + 200 * SECOND);
      assertEquals(0, ends.get(), "the time between two messages does not count");
    }
  }

  @Test
  void transfer_withoutALimit_isNeverCut() {
    try (Watch watch = new Watch()) {
      Transfers transfers = new Transfers(watch, Duration.ZERO, ends::incrementAndGet);
      transfers.begin();
      assertEquals(Watch.Need.NOTHING, transfers.tick(0));
      transfers.tick(Long.MAX_VALUE);
      assertEquals(0, ends.get());
    }
  }

  @Test
  void silence_forTooLong_endsUnlessRequestsAreAtWork() {
    Crew crew = new Crew(() -> {});
    Silence silence = new Silence(Duration.ofSeconds(10), crew, ends::incrementAndGet);
    silence.tick(System.nanoTime() + 100 * SECOND);
    assertEquals(0, ends.get(), "it does not wait yet");
    silence.begin();
    long began = System.nanoTime();
    silence.tick(began + 9 * SECOND);
    assertEquals(0, ends.get());
    crew.join();
    silence.tick(began + 20 * SECOND);
    assertEquals(0, ends.get(), "a request is at work");
    crew.leave();
    silence.tick(began + 20 * SECOND);
    assertEquals(1, ends.get());
    silence.end();
    silence.tick(began + 40 * SECOND);
    assertEquals(1, ends.get());
  }

  @Test
  void silence_withoutALimit_mayLast() {
    Silence silence = new Silence(Duration.ZERO, new Crew(() -> {}), ends::incrementAndGet);
    silence.begin();
    assertEquals(Watch.Need.NOTHING, silence.tick(Long.MAX_VALUE));
    assertEquals(0, ends.get());
  }
}
