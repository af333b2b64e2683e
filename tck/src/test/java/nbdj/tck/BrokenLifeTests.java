package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import nbdj.api.Export;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;

class BrokenLifeTests {
  @Test
  void closeThatFails_breaksL11() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void close() throws IOException {
                    throw new IOException("cannot close");
                  }
                }))
        .breaks("L-11");
  }

  @Test
  void pluginThatOpensOnce_breaksL11() {
    judge(() ->
            new Reference() {
              private volatile boolean closed;

              @Override
              public PluginHandle open(OpenRequest request) throws IOException {
                if (closed) {
                  throw new NbdException(NbdError.EIO, "the disk was closed");
                }
                return new ReferenceHandle(this) {
                  @Override
                  public void close() {
                    closed = true;
                  }
                };
              }
            })
        .breaks("L-11");
  }

  @Test
  void cleanupThatFails_breaksL12() {
    judge(() ->
            new Reference() {
              @Override
              public void cleanup() {
                throw new IllegalStateException("nothing to clean up");
              }
            })
        .breaks("L-12");
  }

  @Test
  void threadLeftBehind_breaksL12() {
    CountDownLatch end = new CountDownLatch(1);
    try {
      Verdict.ofPlugin(
              new Subject<Plugin>(() ->
                  new Reference() {
                    @Override
                    public void afterFork() {
                      Thread.ofPlatform().daemon().name("left").start(() -> awaitQuietly(end));
                    }
                  })
                  .judgedBy(new Impatience(thread -> thread.getName().equals("left"))))
          .breaks("L-12");
    } finally {
      end.countDown();
    }
  }

  @Test
  void threadStartedEarly_breaksL6() {
    judge(() ->
            new Reference() {
              private final CountDownLatch end = new CountDownLatch(1);

              @Override
              public void load() {
                Thread.ofPlatform().daemon().start(() -> awaitQuietly(end));
              }

              @Override
              public void unload() {
                end.countDown();
              }
            })
        .breaks("L-6");
  }

  @Test
  void unloadThatNeedsAWholeStart_breaksL13() {
    judge(() ->
            new Reference() {
              private String started = "";

              @Override
              public void afterFork() {
                started = "yes";
              }

              @Override
              public void unload() throws IOException {
                if (started.isEmpty()) {
                  throw new IOException("was never started");
                }
              }
            })
        .breaks("L-13");
  }

  @Test
  void dumpThatFails_breaksL3() {
    judge(() ->
            new Reference() {
              @Override
              public Map<String, String> dump() {
                throw new IllegalStateException("not complete");
              }
            })
        .breaks("L-3");
  }

  @Test
  void parameterWithoutHelp_breaksP8() {
    judge(() -> declaring(Parameter.of("size", Parameter.Type.SIZE, " "))).breaks("P-8");
  }

  @Test
  void dumpThatShowsAPassword_breaksP7() {
    Verdict.ofPlugin(
            new Subject<Plugin>(() ->
                new ConfiguredPlugin() {
                  @Override
                  public Map<String, String> dump() {
                    return CONFIG;
                  }
                })
                .withConfig(ConfiguredPlugin.CONFIG)
                .withExport("disk", "tape"))
        .breaks("P-7");
  }

  @Test
  void defaultExportThatCannotBeOpened_breaksN3() {
    Verdict.ofPlugin(
            new Subject<Plugin>(() ->
                new ConfiguredPlugin() {
                  @Override
                  public Optional<String> defaultExport(boolean readOnly, boolean tls) {
                    return Optional.of("drum");
                  }
                })
                .withConfig(ConfiguredPlugin.CONFIG)
                .withExport("disk", "tape"))
        .breaks("N-3");
  }

  @Test
  void listThatFails_breaksN4() {
    judge(() ->
            new Reference() {
              @Override
              public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
                throw new IOException("cannot list");
              }
            })
        .breaks("N-4");
  }

  @Test
  void missingExportThatIsOpened_breaksX4() {
    Verdict.ofPlugin(
            new Subject<Plugin>(() -> new ReferencePlugin(Verdict.device())).withExport("", "tape"))
        .breaks("X-4");
  }

  @Test
  void openThatThrowsUnchecked_breaksX3() {
    opening(
            request -> {
              throw new IllegalArgumentException(request.exportName());
            })
        .breaks("X-3");
  }

  @Test
  void refusalWithoutAMessage_breaksX6() {
    opening(
            request -> {
              throw new IOException();
            })
        .breaks("X-6");
  }

  /** The reference plugin over a device of its own. */
  private static class Reference extends ReferencePlugin {
    Reference() {
      super(Verdict.device());
    }
  }

  /** What a broken plugin does when a strange name is asked for. */
  private interface Refusal {
    void of(OpenRequest request) throws IOException;
  }

  private static Verdict judge(Supplier<Plugin> plugin) {
    return Verdict.ofPlugin(new Subject<>(plugin));
  }

  private static Verdict opening(Refusal refusal) {
    return judge(() ->
        new Reference() {
          @Override
          public PluginHandle open(OpenRequest request) throws IOException {
            if (!request.exportName().isEmpty()) {
              refusal.of(request);
            }
            return new ReferenceHandle(this);
          }
        });
  }

  private static Plugin declaring(Parameter... parameters) {
    return new Reference() {
      @Override
      public List<Parameter> parameters() {
        return List.of(parameters);
      }
    };
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
