package nbdj.error;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/**
 * Has requests fail, at run time: the control of an {@link ErrorFilter} inside a program.
 *
 * <pre>{@code
 * Errors errors = new Errors();
 * NbdServer server = NbdServer.builder().filter(new ErrorFilter(errors))...start();
 * Fault full = errors.fail().writes().after(3).with(NbdError.ENOSPC);
 * ...
 * full.stop();
 * }</pre>
 *
 * <p>Faults are asked in the order in which they were made; the first that hits decides, and those
 * behind it do not see the request. Safe for use by many threads. What is changed holds for the
 * requests that begin afterwards.
 *
 * @since 0.1
 */
public final class Errors {
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final Set<ErrorRule> unfinished = ConcurrentHashMap.newKeySet();
  private final AtomicLong injected = new AtomicLong();

  /** How many rules were begun since the last {@link #clear}. */
  private final AtomicLong begun = new AtomicLong();

  private final long seed;

  /** Make a control that lets nothing fail. */
  public Errors() {
    this(ThreadLocalRandom.current().nextLong());
  }

  /**
   * Make a control that lets nothing fail.
   *
   * @param seed what decides about rates that are given none
   */
  public Errors(long seed) {
    this.seed = seed;
  }

  /** Begin to say what fails; it does from {@link ErrorRule#with} on. */
  public ErrorRule fail() {
    ErrorRule rule = new ErrorRule(this, seed + begun.getAndIncrement());
    unfinished.add(rule);
    return rule;
  }

  /**
   * Let nothing fail any more, and forget what was begun. Rules that follow have the seeds that the
   * first ones had.
   */
  public void clear() {
    List<Fault> all = List.copyOf(faults);
    faults.removeAll(all);
    all.forEach(Fault::end);
    unfinished.clear();
    begun.set(0);
  }

  /** Get how many requests have failed so far because of any fault. */
  public long count() {
    return injected.get();
  }

  /**
   * Get how many rules were begun with {@link #fail} and never put into force with {@link
   * ErrorRule#with}: a mistake in a test, as a rule.
   */
  public int unfinished() {
    return unfinished.size();
  }

  void add(ErrorRule rule, Fault fault) {
    unfinished.remove(rule);
    faults.add(fault);
  }

  void remove(Fault fault) {
    faults.remove(fault);
  }

  /** Let a request fail if it should; one without a range has a count of 0. */
  void check(Operation operation, long offset, long count) throws NbdException {
    Fault fault = hit(operation, offset, count);
    if (fault != null) {
      throw fault.failure(operation, offset, count);
    }
  }

  /** Get what a request fails with, counted; {@code null} if it does not. */
  @Nullable Fault hit(Operation operation, long offset, long count) {
    for (Fault fault : faults) {
      if (fault.hits(operation, offset, count)) {
        injected.incrementAndGet();
        return fault;
      }
    }
    return null;
  }
}
