package nbdj.retry;

import java.util.Map;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class RetryFilterTckTests extends FilterContract {
  @Override
  protected Filter filter() {
    return new RetryFilter();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("retries", "1", "retry-delay", "1us");
  }

  @Nested
  class ThroughASocket extends LayerBlackBox {
    ThroughASocket() {
      super(RetryFilterTckTests.this);
    }
  }
}
