package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * How a process ended.
 *
 * @param command what was run, for messages
 * @param status its exit status
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Outcome(String command, int status, String out, String err) {
  /** Assert that it succeeded, and get this. */
  Outcome succeeded() {
    return ended(0);
  }

  /** Assert how it ended, and get this. */
  Outcome ended(int expected) {
    assertEquals(expected, status, this::toString);
    return this;
  }

  /** Assert that it failed with one sentence on standard error, and nothing on standard output. */
  void refused(int expected, String sentence) {
    ended(expected);
    assertEquals("nbdj: " + sentence + "\n", err, this::toString);
    assertEquals("", out, this::toString);
  }

  /** Assert that standard error has a text in it, and get this. */
  Outcome hasError(String text) {
    assertTrue(err.contains(text), this::toString);
    return this;
  }

  @Override
  public String toString() {
    return "%s%nended with %d%n--- out%n%s--- err%n%s".formatted(command, status, out, err);
  }
}
