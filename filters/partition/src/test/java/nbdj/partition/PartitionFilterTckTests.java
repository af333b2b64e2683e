package nbdj.partition;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.tck.AddressMap;
import nbdj.tck.FilterContract;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class PartitionFilterTckTests {
  @Nested
  class Primary extends FilterContract {
    @Override
    protected Filter filter() {
      return new PartitionFilter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("partition", "2");
    }

    @Override
    protected void fill(ReferenceDevice device) throws IOException {
      super.fill(device);
      Tables.bootRecord(device, 0, Tables.entry(0x83, 1, 100), Tables.entry(0x83, 133, 1500));
    }

    @Override
    protected Optional<AddressMap> addressMap(long deviceSize) {
      return Optional.of(AddressMap.shifted(1500 * 512, 133 * 512));
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(Primary.this);
      }
    }
  }

  @Nested
  class Guid extends FilterContract {
    @Override
    protected Filter filter() {
      return new PartitionFilter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("partition", "3");
    }

    @Override
    protected void fill(ReferenceDevice device) throws IOException {
      super.fill(device);
      Tables.guid(device, 512, new long[] {40, 99}, new long[] {}, new long[] {131, 1900});
    }

    @Override
    protected Optional<AddressMap> addressMap(long deviceSize) {
      return Optional.of(AddressMap.shifted(1770 * 512, 131 * 512));
    }
  }
}
