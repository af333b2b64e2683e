package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Export;
import nbdj.api.Next;
import org.jspecify.annotations.Nullable;

/**
 * The layer below as a filter under test sees it; notes the handles that the filter opens.
 *
 * @param behalf the connection for which it opens them; {@code null} outside one
 */
record WatchedBackend(Backend backend, Dealings dealings, @Nullable Context behalf)
    implements Backend {
  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public void config(String key, String value) throws IOException {
    backend.config(key, value);
  }

  @Override
  public void configComplete() throws IOException {
    backend.configComplete();
  }

  @Override
  public void preconnect(boolean readOnly) throws IOException {
    backend.preconnect(readOnly);
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    return backend.listExports(readOnly, tls);
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    return backend.defaultExport(readOnly, tls);
  }

  @Override
  public Next open(boolean readOnly, String exportName, boolean shared) throws IOException {
    return dealings.opened(backend.open(readOnly, exportName, shared), behalf, shared);
  }

  @Override
  public void requestStop() {
    backend.requestStop();
  }
}
