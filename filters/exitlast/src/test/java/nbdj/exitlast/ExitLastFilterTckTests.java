package nbdj.exitlast;

import nbdj.api.Filter;
import nbdj.tck.FilterContract;

/** Not through a socket: that server would end with each client. */
class ExitLastFilterTckTests extends FilterContract {
  @Override
  protected Filter filter() {
    return new ExitLastFilter();
  }
}
