package nbdj.ext4;

import java.util.EnumMap;
import java.util.Map;

/**
 * The order in which the engine's locks are taken: a thread takes only what comes after all that it
 * has. The package's description says why.
 *
 * <p>To be used in {@code assert} statements, so that it costs nothing where assertions are off.
 */
enum LockRank {
  /** Parts of a file that are read or changed; one thread takes several, in ascending order. */
  STRIPE(true),
  /** An open change of metadata, which delays the closing of its transaction. */
  CHANGE(false),
  /** The map of one file. */
  MAP(false),
  /** The bitmap and descriptor of one group. */
  GROUP(false),
  /** The usage of quotas. */
  QUOTA(false),
  /** The bookkeeping of transactions. */
  STORE(false);

  private static final ThreadLocal<Map<LockRank, Integer>> HELD =
      ThreadLocal.withInitial(() -> new EnumMap<>(LockRank.class));

  private final boolean several;

  LockRank(boolean several) {
    this.several = several;
  }

  /**
   * Note that this thread takes a lock of this rank.
   *
   * @return true
   * @throws AssertionError if it has one that comes later
   */
  boolean taken() {
    Map<LockRank, Integer> held = HELD.get();
    for (LockRank other : held.keySet()) {
      if (other.compareTo(this) > 0 || (other == this && !several)) {
        throw new AssertionError("%s taken by a thread that has %s".formatted(this, held));
      }
    }
    held.merge(this, 1, Integer::sum);
    return true;
  }

  /**
   * Note that this thread gives a lock of this rank back.
   *
   * @return true
   */
  boolean given() {
    HELD.get().computeIfPresent(this, (rank, count) -> count > 1 ? count - 1 : null);
    return true;
  }

  /**
   * Check that this thread has no lock that others may need before a transaction can be closed.
   *
   * @return true
   * @throws AssertionError if it has one
   */
  static boolean mayWaitForRoom() {
    Map<LockRank, Integer> held = HELD.get();
    if (!held.isEmpty() && (held.size() > 1 || !held.containsKey(STRIPE))) {
      throw new AssertionError("a change is begun by a thread that has %s".formatted(held));
    }
    return true;
  }

  /**
   * Check that this thread has no lock at all, which others would wait for while it flushes.
   *
   * @return true
   * @throws AssertionError if it has one
   */
  static boolean mayFlush() {
    Map<LockRank, Integer> held = HELD.get();
    if (!held.isEmpty()) {
      throw new AssertionError("a thread flushes that has %s".formatted(held));
    }
    return true;
  }
}
