package nbdj.truncate;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.tck.AddressMap;
import nbdj.tck.AddressMap.Run;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class TruncateFilterTckTests {
  abstract static class Contract extends FilterContract {
    @Override
    protected Filter filter() {
      return new TruncateFilter();
    }

    /** Get the size over a device of some size, worked out in another way than the filter does. */
    abstract long size(long deviceSize);

    /** What no client can write to is out of the tests' reach too. */
    @Override
    protected nbdj.tck.Range writable(long size) {
      return new nbdj.tck.Range(0, Math.min(size, deviceSize()));
    }

    @Override
    protected Optional<AddressMap> addressMap(long deviceSize) {
      return Optional.of(
          new AddressMap(
              size(deviceSize),
              at -> at < deviceSize ? Run.below(at, deviceSize - at) : Run.zeroes(1 << 20)));
    }
  }

  @Nested
  class CutOff extends Contract {
    @Override
    protected Map<String, String> config() {
      return Map.of("truncate", "600001");
    }

    @Override
    long size(long deviceSize) {
      return 600001;
    }
  }

  @Nested
  class Longer extends Contract {
    @Override
    protected Map<String, String> config() {
      return Map.of("truncate", "3M");
    }

    @Override
    long size(long deviceSize) {
      return 3 << 20;
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(Longer.this);
      }
    }
  }

  @Nested
  class RoundedUp extends Contract {
    @Override
    protected Map<String, String> config() {
      return Map.of("round-up", "64k");
    }

    @Override
    long size(long deviceSize) {
      long size = 0;
      while (size < deviceSize) {
        size += 65536;
      }
      return size;
    }
  }

  @Nested
  class RoundedDown extends Contract {
    @Override
    protected Map<String, String> config() {
      return Map.of("round-down", "4k");
    }

    @Override
    long size(long deviceSize) {
      return deviceSize & ~4095L;
    }
  }
}
