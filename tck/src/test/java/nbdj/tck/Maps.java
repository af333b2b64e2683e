package nbdj.tck;

import java.util.Optional;
import java.util.function.LongFunction;
import nbdj.api.Filter;
import nbdj.tck.AddressMap.Run;

/** The maps of filters as there are, and contracts of correct filters that have them. */
final class Maps {
  private static final int BLOCK = 4096;
  private static final long HEADER = 12_345;
  private static final long PARTITION = 300_001;

  private Maps() {}

  /** A filter that hides a header. */
  static AddressMap offset(long deviceSize) {
    return AddressMap.shifted(Math.max(0, deviceSize - HEADER), HEADER);
  }

  /** A filter that shows the beginning alone. */
  static AddressMap truncated(long deviceSize) {
    return AddressMap.shifted(Math.min(deviceSize, 700_000), 0);
  }

  /** A filter that rounds the size up to a block. */
  static AddressMap padded(long deviceSize) {
    return new AddressMap(
        Math.ceilDiv(deviceSize, BLOCK) * BLOCK,
        at -> at < deviceSize ? Run.below(at, deviceSize - at) : Run.zeroes(BLOCK));
  }

  /** A filter that shows what lies between two others. */
  static AddressMap partition(long deviceSize) {
    if (deviceSize < 2 * PARTITION) {
      throw new IllegalArgumentException("too small");
    }
    return AddressMap.shifted(PARTITION, PARTITION);
  }

  /** A filter that exchanges each block with its neighbour; an odd one at the end stays. */
  static AddressMap swapped(long deviceSize) {
    return new AddressMap(
        deviceSize,
        at -> {
          long block = at / BLOCK;
          long whole = deviceSize / BLOCK / 2 * 2;
          long below = block < whole ? block ^ 1 : block;
          return Run.below(below * BLOCK + at % BLOCK, BLOCK - at % BLOCK);
        });
  }

  /** The contract of a filter with a map. */
  abstract static class MappedContract extends FilterContract {
    private final LongFunction<AddressMap> maps;

    MappedContract(LongFunction<AddressMap> maps) {
      this.maps = maps;
    }

    @Override
    protected Filter filter() {
      return new MappedFilter(maps);
    }

    @Override
    protected Optional<AddressMap> addressMap(long deviceSize) {
      return Optional.of(maps.apply(deviceSize));
    }
  }

  /** See {@link Maps#offset}. */
  static final class Offset extends MappedContract {
    Offset() {
      super(Maps::offset);
    }
  }

  /** See {@link Maps#truncated}. */
  static final class Truncated extends MappedContract {
    Truncated() {
      super(Maps::truncated);
    }
  }

  /** See {@link Maps#padded}. */
  static final class Padded extends MappedContract {
    Padded() {
      super(Maps::padded);
    }

    @Override
    protected Range writable(long size) {
      // What was added has no place below.
      return new Range(0, Math.min(size, deviceSize()));
    }
  }

  /** See {@link Maps#partition}. */
  static final class Partition extends MappedContract {
    Partition() {
      super(Maps::partition);
    }
  }

  /** See {@link Maps#swapped}. */
  static final class Swapped extends MappedContract {
    Swapped() {
      super(Maps::swapped);
    }
  }
}
