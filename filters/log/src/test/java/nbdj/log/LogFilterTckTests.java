package nbdj.log;

import java.nio.file.Path;
import java.util.Map;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class LogFilterTckTests {
  @Nested
  class Silent extends FilterContract {
    @Override
    protected Filter filter() {
      return new LogFilter();
    }
  }

  @Nested
  class IntoFiles extends FilterContract {
    @TempDir Path folder;

    @Override
    protected Filter filter() {
      return new LogFilter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of(
          "logfile",
          folder.resolve("log").toString(),
          "transactionlog",
          folder.resolve("transactions").toString(),
          "datalog",
          "true",
          "logappend",
          "true");
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(IntoFiles.this);
      }
    }
  }
}
