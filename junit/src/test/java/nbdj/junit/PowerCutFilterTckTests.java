package nbdj.junit;

import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import org.junit.jupiter.api.Nested;

class PowerCutFilterTckTests {
  @Nested
  class HoldingBack extends FilterContract {
    @Override
    protected Filter filter() {
      return new PowerCutFilter(1L << 30);
    }
  }

  @Nested
  class WritingThrough extends FilterContract {
    @Override
    protected Filter filter() {
      return new PowerCutFilter(0);
    }
  }
}
