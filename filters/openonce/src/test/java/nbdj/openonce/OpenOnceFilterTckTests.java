package nbdj.openonce;

import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class OpenOnceFilterTckTests extends FilterContract {
  @Override
  protected Filter filter() {
    return new OpenOnceFilter();
  }

  @Nested
  class ThroughASocket extends LayerBlackBox {
    ThroughASocket() {
      super(OpenOnceFilterTckTests.this);
    }
  }
}
