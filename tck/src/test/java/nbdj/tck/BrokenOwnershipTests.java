package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;

class BrokenOwnershipTests {
  @Test
  void cleanupThatForgetsAHandle_breaksO8() {
    judge(() ->
            new SharingFilter() {
              @Override
              void close(List<Next> all) throws IOException {
                super.close(all.subList(0, all.size() / 2));
              }
            })
        .breaks("O-8");
  }

  @Test
  void cleanupThatEndsAtTheFirstFailure_breaksO8() {
    judge(() ->
            new SharingFilter() {
              @Override
              void close(List<Next> all) throws IOException {
                for (Next next : all) {
                  next.close();
                }
              }
            })
        .breaks("O-8");
  }

  @Test
  void refusedHandleLeftOpen_breaksO9() {
    judge(() ->
            new SharingFilter() {
              @Override
              void refused(Next next) {}
            })
        .breaks("O-9");
  }

  @Test
  void handlesOpenedAnewWhenPrepareFails_breakO9() {
    judge(() ->
            new SharingFilter() {
              private final List<Next> probes = new ArrayList<>();

              @Override
              public synchronized FilterHandle open(Context context, OpenRequest request)
                  throws IOException {
                context.openNext(request.readOnly(), request.exportName());
                Next probe = context.backend().open(true, request.exportName(), false);
                return new PassThrough() {
                  @Override
                  public void prepare(Context prepared) throws IOException {
                    synchronized (probes) {
                      probes.add(probe);
                    }
                    probe.prepare();
                    if (probe.size() == 0) {
                      return;
                    }
                    end(probe);
                  }
                };
              }

              private void end(Next probe) throws IOException {
                synchronized (probes) {
                  probes.remove(probe);
                }
                probe.close();
              }

              @Override
              public synchronized void cleanup(Backend below) throws IOException {
                close(List.copyOf(probes));
              }
            })
        .breaks("O-9");
  }

  private static Verdict judge(Supplier<Filter> filter) {
    return Verdict.ofFilter(new Subject<>(filter));
  }
}
