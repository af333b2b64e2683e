package ${package};

import java.util.Map;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.tck.AddressMap;
import nbdj.tck.FilterContract;

class ${className}Tests extends FilterContract {
  private static final int SKIP = 80 << 10;

  @Override
  protected Filter filter() {
    return new ${className}();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("skip", "80k");
  }

  /** Each byte of the export lies below, further on. */
  @Override
  protected Optional<AddressMap> addressMap(long deviceSize) {
    return Optional.of(AddressMap.shifted(Math.max(0, deviceSize - SKIP), SKIP));
  }
}
