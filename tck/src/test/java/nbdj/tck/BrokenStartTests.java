package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import nbdj.api.ConfigException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Layers that no test gets far with: each finding names the one rule, whatever the test is for. */
class BrokenStartTests {
  @Test
  void loadThatFails_breaksL1() {
    judge(() ->
            new Reference() {
              @Override
              public void load() throws IOException {
                throw new IOException("no library");
              }
            })
        .breaks("L-1");
  }

  @Test
  void configCompleteThatFails_breaksL3() {
    judge(() ->
            new Reference() {
              @Override
              public void configComplete() throws IOException {
                throw new ConfigException("not enough");
              }
            })
        .breaks("L-3");
  }

  @Test
  void threadModelThatFails_breaksL4() {
    judge(() ->
            new Reference() {
              @Override
              public ThreadModel threadModel() {
                throw new IllegalStateException("undecided");
              }
            })
        .breaks("L-4");
  }

  @Test
  void getReadyThatFails_breaksL5() {
    judge(() ->
            new Reference() {
              @Override
              public void getReady(ThreadModel model) throws IOException {
                throw new IOException("no port");
              }
            })
        .breaks("L-5");
  }

  @Test
  void afterForkThatFails_breaksL6() {
    judge(() ->
            new Reference() {
              @Override
              public void afterFork() throws IOException {
                throw new IOException("no thread");
              }
            })
        .breaks("L-6");
  }

  @Test
  void preconnectThatFails_breaksL7() {
    judge(() ->
            new Reference() {
              @Override
              public void preconnect(boolean readOnly) throws IOException {
                throw new IOException("nobody is welcome");
              }
            })
        .breaks("L-7");
  }

  @Test
  void parametersThatThrow_breakP8() {
    judge(() ->
            new Reference() {
              @Override
              public List<Parameter> parameters() {
                throw new UnsupportedOperationException("parameters");
              }
            })
        .breaks("P-8");
  }

  @Test
  void parameterDeclaredTwice_breaksP8() {
    Parameter size = Parameter.of("size", Parameter.Type.SIZE, "Size.");
    judge(() ->
            new Reference() {
              @Override
              public List<Parameter> parameters() {
                return List.of(size, size);
              }
            })
        .breaks("P-8");
  }

  @Test
  void openThatAlwaysFails_breaksN3() {
    judge(() ->
            new Reference() {
              @Override
              public PluginHandle open(OpenRequest request) throws IOException {
                throw new IOException("there is no disk " + request.exportName());
              }
            })
        .breaks("N-3");
  }

  @Test
  void readThatNeverReturns_breaksC5AndTheRestIsSkipped() {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectNestedClass(List.of(Hanging.class), PluginContract.Reading.class))
            .configurationParameter("nbdj.tck.timeout", "1")
            .configurationParameter("nbdj.tck.summary", "false")
            .execute();
    Hanging.END.countDown();
    List<String> messages =
        results.testEvents().failed().list().stream()
            .map(event -> event.getRequiredPayload(TestExecutionResult.class).getThrowable())
            .map(failure -> String.valueOf(failure.orElseThrow().getMessage()))
            .toList();
    assertEquals(1, messages.size(), messages.toString());
    assertLinesMatch(
        List.of(
            "rule C-5: An offered operation works, for any range inside the export.",
            "the test has not come to an end; still running: pread of handle 1 of .*",
            ">> hints, seed >>"),
        messages.getFirst().lines().toList());
    assertTrue(results.testEvents().aborted().count() > 2);
  }

  /** The contract of a plugin that never answers. */
  static final class Hanging extends PluginContract {
    private static final CountDownLatch END = new CountDownLatch(1);

    @Override
    protected Plugin plugin() {
      return Verdict.plugin(plugin ->
          new ReferenceHandle(plugin) {
            @Override
            public void pread(ByteBuffer buffer, long offset) throws IOException {
              await();
            }
          });
    }

    private static void await() {
      try {
        END.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
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
}
