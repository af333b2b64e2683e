package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertLinesMatch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import nbdj.api.Export;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;

/** Layers that work and could be better: one warning each, and a failure only if that is wanted. */
class RecommendationTests {
  private static final long SLOW_NANOS = 1_050_000_000;

  @Test
  void noDescription_isWarnedOfL19() {
    warned(
        () ->
            new Reference() {
              @Override
              public String description() {
                return " ";
              }
            },
        "L-19");
  }

  @Test
  void descriptionOfTwoLines_isWarnedOfL19() {
    warned(
        () ->
            new Reference() {
              @Override
              public String description() {
                return "a disk\nof two lines";
              }
            },
        "L-19");
  }

  @Test
  void slowOpen_isWarnedOfL20() {
    // Slow in one test only: there are many.
    warned(
        () ->
            new Reference() {
              @Override
              public PluginHandle open(OpenRequest request) throws IOException {
                boolean timed =
                    StackWalker.getInstance()
                        .walk(frames ->
                            frames.anyMatch(
                                frame -> frame.getMethodName().equals("served_open_isPrompt")));
                if (timed) {
                  LockSupport.parkNanos(SLOW_NANOS);
                }
                return super.open(request);
              }
            },
        "L-20");
  }

  @Test
  void writesWithoutFlush_isWarnedOfC8() {
    warned(() -> new Reference().without(Feature.FLUSH), "C-8");
  }

  @Test
  void listedAndRefused_isWarnedOfN6() {
    warned(
        () ->
            new Reference() {
              @Override
              public List<Export> listExports(boolean readOnly, boolean tls) {
                return List.of(Export.of(""), Export.of("secret"));
              }

              @Override
              public PluginHandle open(OpenRequest request) throws IOException {
                if (request.exportName().isEmpty()) {
                  return super.open(request);
                }
                throw new NbdException(
                    NbdError.EPERM, "export '%s' is locked".formatted(request.exportName()));
              }
            },
        "N-6");
  }

  @Test
  void extentOfEachPage_isWarnedOfE9() {
    warned(
        () ->
            Verdict.plugin(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void extents(long offset, long count, Flags flags, ExtentSink sink)
                      throws IOException {
                    long end = Math.min(offset + count, offset + (1 << 16));
                    for (long at = offset; at < end; at = device.pageEnd(at)) {
                      sink.add(at, device.pageEnd(at) - at, device.typeAt(at));
                    }
                  }
                }),
        "E-9");
  }

  @Test
  void zeroThatNeverPunches_isWarnedOfW13() {
    warned(
        () ->
            Verdict.plugin(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void zero(long offset, long count, Flags flags) {
                    device.zero(offset, count, false);
                  }
                }),
        "W-13");
  }

  @Test
  void trimThatMakesNoHole_isNotWarned() {
    warned(() ->
        Verdict.plugin(plugin ->
            new ReferenceHandle(plugin) {
              @Override
              public void trim(long offset, long count, Flags flags) {
                device.write(ByteBuffer.allocate((int) count), offset);
              }

              @Override
              public void zero(long offset, long count, Flags flags) {
                device.zero(offset, count, false);
              }

              @Override
              public void extents(long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                sink.add(offset, count, ExtentType.DATA);
              }
            }));
  }

  @Test
  void refusalThatDoesNotNameTheExport_isWarnedOfX7() {
    warned(
        () ->
            new Reference() {
              @Override
              public PluginHandle open(OpenRequest request) throws IOException {
                if (request.exportName().isEmpty()) {
                  return super.open(request);
                }
                throw new NbdException(NbdError.EINVAL, "no such export");
              }
            },
        "X-7");
  }

  @Test
  void strict_warningIsAFailure() {
    Verdict verdict = Verdict.strictly(Silent.class);
    verdict.breaks("L-19");
    verdict.warns();
    assertLinesMatch(
        List.of(
            "description_ofTheLayer_isOneLine\\(\\): rule L-19: description should be .*",
            "description is ''",
            "if this fails, look at:",
            "- description: one line, without the name in front.",
            "to repeat it: -Dnbdj.tck.seed=-?[0-9]+"),
        verdict.messages().getFirst().lines().toList());
  }

  /** The contract of a plugin without a description. */
  static final class Silent extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new Reference() {
        @Override
        public String description() {
          return "";
        }
      };
    }
  }

  /** The reference plugin over a device of its own. */
  private static class Reference extends ReferencePlugin {
    Reference() {
      super(Verdict.device());
    }
  }

  private static void warned(Supplier<Plugin> plugin, String... rules) {
    Verdict verdict = Verdict.ofPlugin(new Subject<>(plugin));
    verdict.breaks();
    verdict.warns(rules);
  }
}
