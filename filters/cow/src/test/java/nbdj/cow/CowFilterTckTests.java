package nbdj.cow;

import java.util.Map;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class CowFilterTckTests {
  @Nested
  class Defaults extends FilterContract {
    @Override
    protected Filter filter() {
      return new CowFilter();
    }

    @Override
    protected boolean writesThrough() {
      return false;
    }

    @Override
    protected boolean keepsContent() {
      return false;
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(Defaults.this);
      }
    }
  }

  @Nested
  class KeepingWhatIsRead extends FilterContract {
    @Override
    protected Filter filter() {
      return new CowFilter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("cow-block-size", "4k", "cow-on-read", "true", "cow-on-cache", "true");
    }

    @Override
    protected boolean writesThrough() {
      return false;
    }

    @Override
    protected boolean keepsContent() {
      return false;
    }
  }
}
