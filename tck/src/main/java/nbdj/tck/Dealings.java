package nbdj.tck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import nbdj.api.Context;
import nbdj.api.Next;
import org.jspecify.annotations.Nullable;

/** What a filter does with the layer below, as the filter itself sees that layer. Thread-safe. */
final class Dealings {
  private final IdentityHashMap<Next, WatchedNext> handles =
      new IdentityHashMap<>(); // guarded by itself
  private final List<WatchedNext> own = Collections.synchronizedList(new ArrayList<>());
  private final List<String> misuses = Collections.synchronizedList(new ArrayList<>());
  private final List<String> unshared = Collections.synchronizedList(new ArrayList<>());
  private final List<Served> served = Collections.synchronizedList(new ArrayList<>());
  private volatile List<WatchedNext> leftByCleanup = List.of();

  /** An export that the filter has opened. */
  record Served(String exportName, Context context) {}

  /** Get what a filter is to see of a handle, the same each time. */
  WatchedNext watched(Next next) {
    synchronized (handles) {
      return handles.computeIfAbsent(next, handle -> new WatchedNext(handle, this));
    }
  }

  /** Get the handle that a filter means. */
  static @Nullable Next meant(@Nullable Next next) {
    return next instanceof WatchedNext watched ? watched.handle() : next;
  }

  /**
   * Note a handle that the filter has opened with {@code Backend.open}.
   *
   * @param behalf the connection for which it did; {@code null} for none
   */
  WatchedNext opened(Next next, @Nullable Context behalf, boolean shared) {
    WatchedNext handle = watched(next);
    handle.opened(behalf, shared);
    own.add(handle);
    return handle;
  }

  /** Note that the filter has opened an export for a connection. */
  void served(String exportName, Context context) {
    served.add(new Served(exportName, context));
  }

  /** Note that a connection was lent a handle. */
  void lent(Next next, Context connection) {
    if (watched(next).isKeptFrom(connection)) {
      unshared.add("lent to a connection for which it was not opened");
    }
  }

  /** Note that a connection has ended. */
  void ended(Context connection) {
    if (open().stream().anyMatch(handle -> handle.outlives(connection))) {
      unshared.add("kept when the connection for which it was opened had ended");
    }
  }

  /** Note that the filter has asked for what it may not. */
  void misused(String call) {
    misuses.add(call);
  }

  /** Note which of its own handles the filter has not closed at the end of its cleanup. */
  void cleanedUp() {
    leftByCleanup = open();
  }

  /** Tell whether the filter has opened handles of its own. */
  boolean openedAny() {
    return !own.isEmpty();
  }

  /** Get the handles that the filter opened and has not closed. */
  List<WatchedNext> open() {
    synchronized (own) {
      return own.stream().filter(handle -> !handle.isClosed()).toList();
    }
  }

  /** Get the handles that the filter's cleanup left open. */
  List<WatchedNext> leftByCleanup() {
    return leftByCleanup;
  }

  /** Get what was done with handles that can only be done with shared ones. */
  List<String> unshared() {
    synchronized (unshared) {
      return List.copyOf(unshared);
    }
  }

  /** Get the exports that the filter has opened, in that order. */
  List<Served> served() {
    synchronized (served) {
      return List.copyOf(served);
    }
  }

  /** Get the calls that the filter may not make and made. */
  List<String> misuses() {
    synchronized (misuses) {
      return List.copyOf(misuses);
    }
  }
}
