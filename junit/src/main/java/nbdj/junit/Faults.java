package nbdj.junit;

import nbdj.delay.Delays;
import nbdj.error.Errors;

/** What is injected into a disk. */
record Faults(Errors errors, Delays delays) {
  /** Inject nothing any more. */
  void clear() {
    errors.clear();
    delays.clear();
  }

  /** Check that what was begun was put into force. */
  void checkFinished() {
    if (errors.unfinished() > 0) {
      throw new IllegalStateException(
          "%d fail() had no effect: end each with with(error), as in fail().writes().with(ENOSPC)"
              .formatted(errors.unfinished()));
    }
    if (delays.unfinished() > 0) {
      throw new IllegalStateException(
          ("%d delay() had no effect: end each with by(duration) or untilReleased(), as in"
                  + " delay().reads().by(Duration.ofMillis(5))")
              .formatted(delays.unfinished()));
    }
  }
}
