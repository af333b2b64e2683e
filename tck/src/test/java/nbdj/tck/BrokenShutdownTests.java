package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import nbdj.api.Backend;
import nbdj.api.Export;
import nbdj.api.Filter;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;

/** Layers that end badly in one state of their clients only. */
class BrokenShutdownTests {
  @Test
  void closeThatFailsAfterWritesWithoutFlush_breaksL11() {
    judge(() ->
            new Reference() {
              @Override
              public PluginHandle open(OpenRequest request) {
                return new ReferenceHandle(this) {
                  private volatile boolean dirty;

                  @Override
                  public void pwrite(ByteBuffer buffer, long offset, Flags flags)
                      throws IOException {
                    super.pwrite(buffer, offset, flags);
                    dirty = true;
                  }

                  @Override
                  public void close() throws IOException {
                    if (dirty) {
                      throw new IOException("data was not flushed");
                    }
                  }
                };
              }
            })
        .breaks("L-11");
  }

  @Test
  void cleanupThatFailsWhereNothingWasOpened_breaksL12() {
    judge(() ->
            new Reference() {
              private volatile boolean opened;

              @Override
              public PluginHandle open(OpenRequest request) throws IOException {
                opened = true;
                return super.open(request);
              }

              @Override
              public void afterFork() {
                opened = false;
              }

              @Override
              public void cleanup() throws IOException {
                if (!opened) {
                  throw new IOException("nothing was opened");
                }
              }
            })
        .breaks("L-12");
  }

  @Test
  void unloadThatFailsAfterAList_breaksL13() {
    judge(() ->
            new Reference() {
              private volatile boolean listed;

              @Override
              public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
                listed = true;
                return super.listExports(readOnly, tls);
              }

              @Override
              public void unload() throws IOException {
                if (listed) {
                  throw new IOException("the list is still open");
                }
              }
            })
        .breaks("L-13");
  }

  @Test
  void cleanupThatFailsAfterARefusal_breaksL12() {
    judge(() ->
            new Reference() {
              private volatile boolean refused;

              @Override
              public PluginHandle open(OpenRequest request) throws IOException {
                if (!request.exportName().isEmpty()) {
                  refused = true;
                  throw new NbdException(
                      NbdError.EINVAL, "there is no export " + request.exportName());
                }
                return super.open(request);
              }

              @Override
              public void cleanup() throws IOException {
                if (refused) {
                  throw new IOException("a handle was never made");
                }
              }
            })
        .breaks("L-12");
  }

  @Test
  void filterThatCleansUpOnlyWhenTheLayerBelowCloses_breaksO8() {
    filter(() ->
            new SharingFilter() {
              @Override
              public synchronized void cleanup(Backend below) throws IOException {
                Next first = handles.values().stream().findFirst().orElse(null);
                if (first != null) {
                  first.close();
                }
                super.cleanup(below);
              }
            })
        .breaks("O-8");
  }

  /** The reference plugin over a device of its own. */
  private static class Reference extends ReferencePlugin {
    Reference() {
      super(Verdict.device());
    }
  }

  private static Verdict judge(Supplier<Plugin> plugin) {
    return Verdict.ofPlugin(new Subject<>(plugin));
  }

  private static Verdict filter(Supplier<Filter> filter) {
    return Verdict.ofFilter(new Subject<>(filter));
  }
}
