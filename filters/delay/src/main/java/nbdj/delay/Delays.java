package nbdj.delay;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Delays requests, at run time: the control of a {@link DelayFilter} inside a program.
 *
 * <pre>{@code
 * Delays delays = new Delays();
 * NbdServer server = NbdServer.builder().filter(new DelayFilter(delays))...start();
 * Delay held = delays.delay().writes().times(1).untilReleased();
 * ...
 * held.awaitWaiting(1, Duration.ofSeconds(10));
 * held.release();
 * }</pre>
 *
 * <p>Delays are asked in the order in which they were made; the first that concerns a request holds
 * it up, and those behind it do not see it. Safe for use by many threads. What is changed holds for
 * the requests that begin afterwards.
 *
 * @since 0.1
 */
public final class Delays {
  private final List<Delay> all = new CopyOnWriteArrayList<>();
  private final Set<DelayRule> unfinished = ConcurrentHashMap.newKeySet();
  private volatile boolean suspended;

  /** Make a control that delays nothing. */
  public Delays() {}

  /** Begin to say what is delayed; it is from {@link DelayRule#by} on. */
  public DelayRule delay() {
    DelayRule rule = new DelayRule(this);
    unfinished.add(rule);
    return rule;
  }

  /** Let all requests go on that wait, delay nothing any more, and forget what was begun. */
  public void clear() {
    List<Delay> old = List.copyOf(all);
    all.removeAll(old);
    old.forEach(Delay::end);
    unfinished.clear();
  }

  /** Let all requests go on that wait now; those that come are delayed as before. */
  public void wake() {
    all.forEach(Delay::wake);
  }

  /** Let all requests go on, those that wait and those that come, until {@link #resume}. */
  public void suspend() {
    suspended = true;
    wake();
  }

  /** Delay requests again that begin from now on. */
  public void resume() {
    suspended = false;
  }

  boolean suspended() {
    return suspended;
  }

  /** Get how many requests wait now. */
  public int waiting() {
    return all.stream().mapToInt(Delay::waiting).sum();
  }

  /**
   * Get how many rules were begun with {@link #delay} and never put into force: a mistake in a
   * test, as a rule.
   */
  public int unfinished() {
    return unfinished.size();
  }

  void add(DelayRule rule, Delay delay) {
    unfinished.remove(rule);
    all.add(delay);
  }

  void remove(Delay delay) {
    all.remove(delay);
  }

  /** Hold up a request if it should be; one without a range has a count of 0. */
  void hold(Operation operation, long offset, long count) {
    for (Delay delay : all) {
      if (delay.holdsUp(operation, offset, count)) {
        return;
      }
    }
  }
}
