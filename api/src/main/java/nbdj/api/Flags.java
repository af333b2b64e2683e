package nbdj.api;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * An immutable set of {@link Flag}s. There is one instance for each set, so making one allocates
 * nothing.
 *
 * @since 0.1
 */
public final class Flags {
  private static final Flags[] ALL = new Flags[1 << Flag.values().length];

  static {
    for (int bits = 0; bits < ALL.length; bits++) {
      ALL[bits] = new Flags(bits);
    }
  }

  /** No flag. */
  public static final Flags NONE = ALL[0];

  private final int bits;

  private Flags(int bits) {
    this.bits = bits;
  }

  /** Get the set of the given flags. */
  public static Flags of(Flag... flags) {
    int bits = 0;
    for (Flag flag : flags) {
      bits |= flag.bit;
    }
    return ALL[bits];
  }

  /** Tell whether the set holds a flag. */
  public boolean has(Flag flag) {
    return (bits & flag.bit) != 0;
  }

  /** Get this set with a flag in it. */
  public Flags with(Flag flag) {
    return ALL[bits | flag.bit];
  }

  /** Get this set without a flag. */
  public Flags without(Flag flag) {
    return ALL[bits & ~flag.bit];
  }

  /** Tell whether every flag of this set is one of the given ones. */
  public boolean onlyOf(Flags allowed) {
    return (bits & ~allowed.bits) == 0;
  }

  /** Write the flags with commas between them, {@code "none"} for the empty set. */
  @Override
  public String toString() {
    return bits == 0
        ? "none"
        : Arrays.stream(Flag.values())
            .filter(this::has)
            .map(Flag::name)
            .collect(Collectors.joining(","));
  }
}
