package nbdj.runtime.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Objects;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Filters that ask the server to stop (rule L-22). */
@Timeout(60)
class StopRequestTests {
  /** Asks when it is told to, or at the start. */
  private static final class Asking implements Filter {
    private final boolean atOnce;
    private @Nullable Backend below;
    private int cleanups;

    Asking(boolean atOnce) {
      this.atOnce = atOnce;
    }

    @Override
    public void afterFork(Backend next) {
      below = next;
      if (atOnce) {
        next.requestStop();
        next.requestStop();
      }
    }

    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return new PassThrough();
    }

    @Override
    public void cleanup(Backend next) {
      cleanups++;
      next.requestStop();
    }
  }

  private static NbdServer start(Asking filter) throws IOException {
    return NbdServer.builder()
        .filter(filter)
        .plugin("ram", new RamPlugin(1 << 20))
        .privateSocket()
        .start();
  }

  @Test
  void filterAsks_server_stopsAsFromOutside() throws Exception {
    Asking filter = new Asking(false);
    NbdServer server = start(filter);
    Backend below = Objects.requireNonNull(filter.below);
    below.requestStop();
    server.awaitStop();
    assertEquals(1, filter.cleanups);
    assertThrows(IllegalStateException.class, below::requestStop);
  }

  @Test
  void filterAsksBeforeTheServerIsReady_server_stopsOnceItIs() throws Exception {
    Asking filter = new Asking(true);
    NbdServer server = start(filter);
    server.awaitStop();
    assertEquals(1, filter.cleanups);
  }
}
