package nbdj.readonly;

import java.nio.file.Path;
import java.util.Map;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class ReadOnlyFilterTckTests {
  @Nested
  class Always extends FilterContract {
    @Override
    protected Filter filter() {
      return new ReadOnlyFilter();
    }
  }

  @Nested
  class NotYet extends FilterContract {
    @TempDir Path folder;

    @Override
    protected Filter filter() {
      return new ReadOnlyFilter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("readonly-file", folder.resolve("absent").toString());
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(NotYet.this);
      }
    }
  }
}
