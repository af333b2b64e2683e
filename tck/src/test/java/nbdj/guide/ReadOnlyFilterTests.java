package nbdj.guide;

import nbdj.api.Filter;
import nbdj.tck.FilterContract;

class ReadOnlyFilterTests extends FilterContract {
  @Override
  protected Filter filter() {
    return new ReadOnlyFilter();
  }
}
