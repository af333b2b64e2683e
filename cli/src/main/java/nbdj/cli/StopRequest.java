package nbdj.cli;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/**
 * The wish that the server stop: SIGTERM, SIGINT or SIGHUP.
 *
 * <p>The first signal makes the wish; a second one ends the process at once. A signal that the
 * process was started to ignore, as by {@code nohup}, stays ignored. Used by the main thread and
 * those of the signals.
 */
final class StopRequest {
  private final CountDownLatch wished = new CountDownLatch(1);

  /** Guards {@link #action}, and that it runs once. */
  private final Object lock = new Object();

  private Runnable action = () -> {};

  /** Listen for signals from now on. */
  void listen() {
    for (String name : List.of("TERM", "INT", "HUP")) {
      Signal.handle(new Signal(name), signal -> receive(signal.getNumber()));
    }
  }

  private void receive(int signal) {
    Runnable due;
    synchronized (lock) {
      if (wished.getCount() == 0) {
        Runtime.getRuntime().halt(128 + signal);
      }
      wished.countDown();
      due = action;
    }
    due.run();
  }

  /** Have something done when the wish comes, at once if it has come. */
  void then(Runnable due) {
    synchronized (lock) {
      if (wished.getCount() > 0) {
        action = due;
        return;
      }
    }
    due.run();
  }

  /** Wait for the wish. */
  void await() throws InterruptedException {
    wished.await();
  }
}
