package nbdj.exportname;

import java.util.List;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class ExportNameFilterTckTests {
  @Nested
  class Kept extends FilterContract {
    @Override
    protected Filter filter() {
      return new ExportNameFilter();
    }
  }

  @Nested
  class Strict extends FilterContract {
    @Override
    protected Filter filter() {
      return new ExportNameFilter();
    }

    @Override
    protected List<String> arguments() {
      return List.of(
          "default-export=disk",
          "exportname-list=explicit",
          "exportname-strict=true",
          "exportname=disk",
          "exportname=other",
          "exportdesc=fixed:a disk");
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of("third");
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(Strict.this);
      }
    }
  }
}
