package nbdj.delay;

import java.util.Map;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;

class DelayFilterTckTests extends FilterContract {
  @Override
  protected Filter filter() {
    return new DelayFilter();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of(
        "rdelay", "1us", "wdelay", "1us", "delay-open", "1us", "delay-fast-zero", "false");
  }
}
