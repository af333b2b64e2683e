package nbdj.stats;

import java.nio.file.Path;
import java.util.Map;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class StatsFilterTckTests extends FilterContract {
  @TempDir Path folder;

  @Override
  protected Filter filter() {
    return new StatsFilter();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("statsfile", folder.resolve("stats").toString());
  }

  @Nested
  class ThroughASocket extends LayerBlackBox {
    ThroughASocket() {
      super(StatsFilterTckTests.this);
    }
  }
}
