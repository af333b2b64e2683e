package nbdj.offset;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.tck.AddressMap;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class OffsetFilterTckTests {
  /** A range that no block begins or ends with. */
  @Nested
  class OffsetAndRange extends FilterContract {
    @Override
    protected Filter filter() {
      return new OffsetFilter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("offset", "70001", "range", "800003");
    }

    @Override
    protected Optional<AddressMap> addressMap(long deviceSize) {
      return Optional.of(AddressMap.shifted(800003, 70001));
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(OffsetAndRange.this);
      }
    }
  }

  @Nested
  class OffsetAlone extends FilterContract {
    @Override
    protected Filter filter() {
      return new OffsetFilter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("offset", "64k");
    }

    @Override
    protected Optional<AddressMap> addressMap(long deviceSize) {
      return Optional.of(AddressMap.shifted(deviceSize - 65536, 65536));
    }
  }

  @Nested
  class NoParameter extends FilterContract {
    @Override
    protected Filter filter() {
      return new OffsetFilter();
    }
  }
}
