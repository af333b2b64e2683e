package nbdj.noextents;

import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class NoExtentsFilterTckTests extends FilterContract {
  @Override
  protected Filter filter() {
    return new NoExtentsFilter();
  }

  @Nested
  class ThroughASocket extends LayerBlackBox {
    ThroughASocket() {
      super(NoExtentsFilterTckTests.this);
    }
  }
}
