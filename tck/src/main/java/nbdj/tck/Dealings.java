package nbdj.tck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import nbdj.api.Next;
import org.jspecify.annotations.Nullable;

/** What a filter does with the layer below, as the filter itself sees that layer. Thread-safe. */
final class Dealings {
  private final IdentityHashMap<Next, WatchedNext> handles =
      new IdentityHashMap<>(); // guarded by itself
  private final List<WatchedNext> own = Collections.synchronizedList(new ArrayList<>());
  private final List<String> misuses = Collections.synchronizedList(new ArrayList<>());
  private volatile List<WatchedNext> leftByCleanup = List.of();

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

  /** Note a handle that the filter has opened with {@code Backend.open}. */
  WatchedNext opened(Next next) {
    WatchedNext handle = watched(next);
    own.add(handle);
    return handle;
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

  /** Get the calls that the filter may not make and made. */
  List<String> misuses() {
    synchronized (misuses) {
      return List.copyOf(misuses);
    }
  }
}
