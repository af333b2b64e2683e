package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import nbdj.api.Export;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.FilterHandle;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Support;
import org.junit.jupiter.api.Test;

/** Filters that break no rule but do not follow a recommendation. */
class BrokenFilterAdviceTests {
  private static final long SLOW_NANOS = 1_050_000_000;

  @Test
  void noDescription_isWarnedOfL19() {
    manner(
            new Manner() {
              @Override
              String description() {
                return "";
              }
            })
        .breaks()
        .warns("L-19");
  }

  @Test
  void slowOpen_isWarnedOfL20() {
    manner(
            new Manner() {
              @Override
              FilterHandle open(OpenRequest request) throws IOException {
                // In one test only: there are many.
                if (StackWalker.getInstance()
                    .walk(frames ->
                        frames.anyMatch(
                            frame -> frame.getMethodName().equals("served_open_isPrompt")))) {
                  LockSupport.parkNanos(SLOW_NANOS);
                }
                return super.open(request);
              }
            })
        .breaks()
        .warns("L-20");
  }

  @Test
  void flushHidden_isWarnedOfC8() {
    handle(
            new Faithful() {
              @Override
              public boolean canFlush(Next next) {
                return false;
              }

              @Override
              public Support canFua(Next next) {
                return Support.NONE;
              }
            })
        .breaks()
        .warns("C-8");
  }

  @Test
  void listedAndRefused_isWarnedOfN6() {
    manner(
            new Manner() {
              @Override
              List<Export> listExports(List<Export> usual) {
                return List.of(Export.of("disk"), Export.of("secret"));
              }

              @Override
              FilterHandle open(OpenRequest request) throws IOException {
                if (request.exportName().equals("secret")) {
                  throw new IOException("the export secret is not for you (try disk)");
                }
                return super.open(request);
              }
            })
        .breaks()
        .warns("N-6");
  }

  @Test
  void extentOfEachSector_isWarnedOfE9() {
    handle(
            new Faithful() {
              @Override
              public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                long end = offset + Math.min(count, 65_536);
                for (long at = offset; at < end; at += 512) {
                  sink.add(at, Math.min(512, end - at), ExtentType.DATA);
                }
              }
            })
        .breaks()
        .warns("E-9");
  }

  @Test
  void mayTrimNotPassedOn_isWarnedOfW13() {
    handle(
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                next.zero(offset, count, flags.without(Flag.MAY_TRIM));
              }
            })
        .breaks()
        .warns("W-13");
  }

  @Test
  void refusalThatDoesNotNameTheExport_isWarnedOfX7() {
    Role.FILTER
        .judgeManner(
            () ->
                new Manner() {
                  @Override
                  FilterHandle open(OpenRequest request) throws IOException {
                    if (request.exportName().equals("tape")) {
                      throw new IOException("there is no such export");
                    }
                    return super.open(request);
                  }
                },
            Map.of("key", "value"),
            "disk",
            "tape")
        .breaks()
        .warns("X-7");
  }

  private static Verdict manner(Manner manner) {
    return Role.FILTER.judgeManner(() -> manner);
  }

  private static Verdict handle(FilterHandle handle) {
    return Role.FILTER.judge(() -> handle);
  }
}
