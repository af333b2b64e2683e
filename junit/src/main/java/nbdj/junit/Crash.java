package nbdj.junit;

/**
 * What a crash did to the changes (writes, zeroes and trims) that were not flushed.
 *
 * @param loss what was asked for
 * @param seed what chose the survivors
 * @param unflushed how many there were
 * @param kept how many of them survived wholly
 * @param torn how many of them survived in part
 * @since 0.1
 */
public record Crash(Loss loss, long seed, int unflushed, int kept, int torn) {
  /** Get how many of them left no trace. */
  public int lost() {
    return unflushed - kept - torn;
  }

  /** Get both together. */
  Crash and(Crash other) {
    return new Crash(loss, seed, unflushed + other.unflushed, kept + other.kept, torn + other.torn);
  }

  /** Tell it in a line. */
  @Override
  public String toString() {
    return "crash(%s, %d): of %d unflushed changes %d survived, %d in part"
        .formatted(loss, seed, unflushed, kept, torn);
  }
}
