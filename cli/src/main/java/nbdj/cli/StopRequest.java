package nbdj.cli;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import sun.misc.Signal;

/**
 * The wish that the server stop: SIGTERM, SIGINT or SIGHUP, or {@link #make}.
 *
 * <p>The first signal makes the wish; a second one ends the process at once. A signal that the
 * process was started to ignore, as by {@code nohup}, stays ignored. Used by the main thread and
 * those of the signals.
 */
final class StopRequest {
  private final CompletableFuture<Void> wished = new CompletableFuture<>();

  /** Listen for signals from now on. */
  void listen() {
    for (String name : List.of("TERM", "INT", "HUP")) {
      Signal.handle(new Signal(name), signal -> receive(signal.getNumber()));
    }
  }

  /** Make the wish without a signal. */
  void make() {
    wished.complete(null);
  }

  private void receive(int signal) {
    if (!wished.complete(null)) {
      Runtime.getRuntime().halt(128 + signal);
    }
  }

  /** Have something done by a thread of its own when the wish comes, at once if it has come. */
  void then(Runnable due) {
    Thread.ofPlatform()
        .daemon()
        .name("nbdj-stop")
        .start(() -> {
          await();
          due.run();
        });
  }

  /** Wait for the wish. */
  void await() {
    wished.join();
  }
}
