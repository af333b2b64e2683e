package nbdj.error;

import java.util.Map;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;

class ErrorFilterTckTests extends FilterContract {
  @Override
  protected Filter filter() {
    return new ErrorFilter();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("error", "ENOSPC", "error-rate", "1:1", "error-file", "/no/such/file");
  }
}
