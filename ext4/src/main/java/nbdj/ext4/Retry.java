package nbdj.ext4;

import java.io.IOException;

/** Tries again what has found no space, after all that can be had has been made available. */
final class Retry {

  /** What needs space; leaves no lock taken and nothing changed that cannot be done again. */
  interface Attempt {
    void run() throws IOException;
  }

  private final Space space;

  Retry(Space space) {
    this.space = space;
  }

  void run(Attempt attempt) throws IOException {
    if (isDone(attempt)) {
      return;
    }
    space.giveBack();
    if (space.allocator.hasPending()) {
      if (isDone(attempt)) {
        return;
      }
      // What has been given up is free once that is durable.
      space.store.flush();
    }
    attempt.run();
  }

  private static boolean isDone(Attempt attempt) throws IOException {
    try {
      attempt.run();
      return true;
    } catch (Ext4Exception e) {
      if (e.kind() != Ext4Exception.Kind.NO_SPACE) {
        throw e;
      }
      return false;
    }
  }
}
