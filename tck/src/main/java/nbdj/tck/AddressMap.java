package nbdj.tck;

import java.util.function.LongFunction;

/**
 * Where the bytes of a filter's export lie in the layer below it.
 *
 * <p>The author of a filter that moves addresses says it here a second time, as plainly as
 * possible; {@link FilterContract} holds every operation of the filter against it. Bytes of the
 * layer below that no {@linkplain Run run} names are not the export's: nothing changes them.
 *
 * <pre>{@code
 * @Override
 * protected Optional<AddressMap> addressMap(long deviceSize) {
 *   return Optional.of(AddressMap.shifted(deviceSize - 4096, 4096)); // the filter hides a header
 * }
 * }</pre>
 *
 * @param size the size of the export in bytes
 * @param runs gets for an offset of the export, at least 0 and less than {@code size}, the run that
 *     begins there; the run may be as short as one byte and may go on past the export's end
 * @since 0.1
 */
public record AddressMap(long size, LongFunction<Run> runs) {
  /**
   * Bytes of the export that lie together.
   *
   * @param kind where they are
   * @param below where the first of them lies in the layer below; 0 if none does
   * @param length how many they are, at least 1
   */
  public record Run(Kind kind, long below, long length) {
    /** Where the bytes of a run are. */
    public enum Kind {
      /** In the layer below. */
      BELOW,
      /** Nowhere: they read as zeroes. */
      ZEROES,
      /** In the filter: nothing is said about them. */
      OWN
    }

    /** Make a run, and refuse an impossible one. */
    public Run {
      if (below < 0 || length < 1) {
        throw new IllegalArgumentException(
            "a run of %d bytes at %d below must have at least one byte at 0 or more"
                .formatted(length, below));
      }
    }

    /** Make a run of bytes that lie in the layer below. */
    public static Run below(long offset, long length) {
      return new Run(Kind.BELOW, offset, length);
    }

    /** Make a run of bytes that lie nowhere and read as zeroes. */
    public static Run zeroes(long length) {
      return new Run(Kind.ZEROES, 0, length);
    }

    /** Make a run of bytes that the filter makes up itself, such as a header. */
    public static Run own(long length) {
      return new Run(Kind.OWN, 0, length);
    }

    /** Get the first bytes of the run, all of it if it is shorter. */
    Run first(long most) {
      return length <= most ? this : new Run(kind, below, most);
    }
  }

  /** Make a map, and refuse an impossible size. */
  public AddressMap {
    if (size < 0) {
      throw new IllegalArgumentException("the size of an export is %d".formatted(size));
    }
  }

  /** Make the map of a filter that leaves every byte where it is. */
  public static AddressMap identity(long size) {
    return shifted(size, 0);
  }

  /**
   * Make the map of an export that is one run of the layer below, such as a partition.
   *
   * @param size how many bytes it has
   * @param start where it begins in the layer below
   */
  public static AddressMap shifted(long size, long start) {
    return new AddressMap(size, offset -> Run.below(start + offset, size - offset));
  }

  /** Tell whether every byte is where a layer of some size below has it. */
  boolean isIdentity(long deviceSize) {
    return size == deviceSize && (size == 0 || run(0).equals(Run.below(0, size)));
  }

  /** Get the run that begins at an offset, cut where the export ends. */
  Run run(long offset) {
    return runs.apply(offset).first(size - offset);
  }
}
