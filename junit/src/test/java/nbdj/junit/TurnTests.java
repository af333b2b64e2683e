package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnTests {
  private final Turn turn = new Turn();

  @Test
  void taken_anotherThread_waitsForThePass() throws Exception {
    turn.take("one");
    Thread other =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                turn.take("other");
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    while (other.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertTrue(turn.has("one"));
    assertFalse(turn.has("other"));
    turn.pass();
    assertTrue(other.join(Duration.ofSeconds(10)));
    assertTrue(turn.has("other"));
  }

  @Test
  void taken_theSameThread_isToldInsteadOfWaitingForItself() throws Exception {
    turn.take("one");
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> turn.take("other"));
    assertEquals(
        "other began on the thread of one, which has the same disk (give each a disk of its own:"
            + " an instance field)",
        refusal.getMessage());
  }
}
