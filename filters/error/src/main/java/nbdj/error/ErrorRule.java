package nbdj.error;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import nbdj.api.NbdError;

/**
 * Says which requests are to fail; {@link #with} says how, and makes it so.
 *
 * <pre>{@code
 * errors.fail().writes().zeroes().after(3).with(NbdError.ENOSPC);
 * }</pre>
 *
 * <p>Used by one thread. Nothing fails before {@link #with} is called.
 *
 * @since 0.1
 * @see Errors#fail
 */
public final class ErrorRule {
  private final Errors errors;
  private final Set<Operation> operations = EnumSet.noneOf(Operation.class);
  private long from;
  private long to = Long.MAX_VALUE;
  private long skipped;
  private long most = Long.MAX_VALUE;
  private double rate = 1;
  private long seed;
  private BooleanSupplier condition = () -> true;
  private long part;

  ErrorRule(Errors errors, long seed) {
    this.errors = errors;
    this.seed = seed;
  }

  ErrorRule add(Operation... kinds) {
    operations.addAll(Arrays.asList(kinds));
    return this;
  }

  /** Let reads fail. */
  public ErrorRule reads() {
    return add(Operation.READ);
  }

  /** Let writes fail. */
  public ErrorRule writes() {
    return add(Operation.WRITE);
  }

  /** Let flushes fail. */
  public ErrorRule flushes() {
    return add(Operation.FLUSH);
  }

  /** Let trims fail. */
  public ErrorRule trims() {
    return add(Operation.TRIM);
  }

  /** Let requests to zero a range fail. */
  public ErrorRule zeroes() {
    return add(Operation.ZERO);
  }

  /** Let requests for block status fail. */
  public ErrorRule extents() {
    return add(Operation.EXTENTS);
  }

  /** Let requests to cache a range fail. */
  public ErrorRule caches() {
    return add(Operation.CACHE);
  }

  /** Let everything fail that a connected client asks for. */
  public ErrorRule requests() {
    operations.addAll(EnumSet.complementOf(EnumSet.of(Operation.OPEN)));
    return this;
  }

  /** Refuse the export to clients that come. */
  public ErrorRule opens() {
    return add(Operation.OPEN);
  }

  /**
   * Let only those fail that touch a range.
   *
   * @param offset where it begins, in bytes
   * @param count its length in bytes, at least 1
   */
  public ErrorRule in(long offset, long count) {
    if (offset < 0 || count < 1 || offset > Long.MAX_VALUE - count) {
      throw new IllegalArgumentException(
          "no range: %d bytes at %d (at least 1 byte, at 0 or later)".formatted(count, offset));
    }
    from = offset;
    to = offset + count;
    return this;
  }

  /** Let a number of them through first. */
  public ErrorRule after(long requests) {
    skipped = notNegative("after", requests);
    return this;
  }

  /** Let only a number of them fail, and all later ones through. */
  public ErrorRule times(long requests) {
    most = notNegative("times", requests);
    return this;
  }

  /**
   * Let a share of them fail, by chance: by the seed of {@link Errors} and by how many rules were
   * begun there before this one.
   *
   * @param share from 0 to 1
   */
  public ErrorRule rate(double share) {
    return rate(share, seed);
  }

  /**
   * Let a share of them fail, by chance. Which requests of a kind fail depends on the seed and on
   * their order alone.
   *
   * @param share from 0 to 1
   * @param seed the same seed picks the same ones
   */
  public ErrorRule rate(double share, long seed) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("rate %s: must be from 0 to 1".formatted(share));
    }
    this.rate = share;
    this.seed = seed;
    return this;
  }

  /**
   * Let them fail, and count, only while something holds.
   *
   * @param holds asked for each request, on any thread
   */
  public ErrorRule onlyIf(BooleanSupplier holds) {
    condition = holds;
    return this;
  }

  /**
   * Deal with the first bytes of a write, zero or trim before it fails, as a disk does whose power
   * or path fails half way.
   *
   * @param bytes how many; one that is no longer is done whole, and fails all the same
   */
  public ErrorRule partially(long bytes) {
    part = notNegative("partially", bytes);
    return this;
  }

  /**
   * Let them fail from now on.
   *
   * @param error what the client sees
   * @throws IllegalStateException if no kind of request was named
   */
  public Fault with(NbdError error) {
    if (operations.isEmpty()) {
      throw new IllegalStateException(
          "nothing to fail with %s (name what fails: reads(), writes(), requests())"
              .formatted(error));
    }
    Set<Operation> kinds = Collections.unmodifiableSet(EnumSet.copyOf(operations));
    Fault fault =
        new Fault(
            errors, new Terms(kinds, from, to, skipped, most, rate, seed, condition, part, error));
    errors.add(this, fault);
    return fault;
  }

  private static long notNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("%s %d: must be 0 or more".formatted(name, value));
    }
    return value;
  }
}
