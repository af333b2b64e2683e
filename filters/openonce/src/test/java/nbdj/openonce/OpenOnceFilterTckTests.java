package nbdj.openonce;

import nbdj.api.Filter;
import nbdj.tck.FilterContract;

class OpenOnceFilterTckTests extends FilterContract {
  @Override
  protected Filter filter() {
    return new OpenOnceFilter();
  }
}
