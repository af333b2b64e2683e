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
import nbdj.api.ReadSink;
import nbdj.tck.Verdict.Subject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Filters that mix up whose handle is whose. */
class BrokenFilterOwnershipTests {
  @Test
  void firstHandleUsedForAll_breaksO1() {
    judge(() ->
            new Filter() {
              private volatile @Nullable Next first;

              @Override
              public FilterHandle open(Context context, OpenRequest request) throws IOException {
                Next own = context.openNext(request.readOnly(), request.exportName());
                if (first == null) {
                  first = own;
                }
                return new PassThrough() {
                  @Override
                  public void read(Next next, long offset, long count, ReadSink sink)
                      throws IOException {
                    Next used = first;
                    (used == null ? next : used).read(offset, count, sink);
                  }
                };
              }
            })
        .breaks("O-1")
        .saying("the handle of reference is closed");
  }

  @Test
  void sharedHandleNeverClosed_breaksO8() {
    judge(() ->
            new SharingFilter() {
              @Override
              public void cleanup(Backend next) {}
            })
        .breaks("O-8")
        .saying("were open when cleanup returned");
  }

  @Test
  void sharedHandle_breaksNothing() {
    judge(SharingFilter::new).breaks();
  }

  @Test
  void handleLeftOpenThatCannotBePrepared_breaksO9() {
    judge(() ->
            new SharingFilter() {
              @Override
              void refused(Next next) {}
            })
        .breaks("O-9")
        .saying("handles of the layer below were kept after an open that failed in prepare");
  }

  @Test
  void sharedHandleNotPrepared_breaksC1AndC2() {
    judge(() ->
            new SharingFilter() {
              @Override
              void check(Next next) {}
            })
        .breaks("C-1", "C-2")
        .saying("is not prepared yet");
  }

  @Test
  void handleOfItsOwnPerClientNeverClosed_breaksO9() {
    judge(() ->
            new Filter() {
              private final List<Next> all = new ArrayList<>();

              @Override
              public synchronized FilterHandle open(Context context, OpenRequest request)
                  throws IOException {
                Next next = context.backend().open(request.readOnly(), request.exportName(), true);
                all.add(next);
                next.prepare();
                context.setNext(next);
                return new PassThrough();
              }

              @Override
              public synchronized void cleanup(Backend next) throws IOException {
                IOException failure = null;
                for (Next opened : all) {
                  try {
                    opened.close();
                  } catch (IOException e) {
                    failure = e;
                  }
                }
                if (failure != null) {
                  throw failure;
                }
              }
            })
        .breaks("O-9");
  }

  @Test
  void connectionsHandleClosed_breaksL11() {
    judge(() ->
            (context, request) -> {
              Next next = context.openNext(request.readOnly(), request.exportName());
              return new PassThrough() {
                @Override
                public void close() throws IOException {
                  next.close();
                }
              };
            })
        .breaks("L-11")
        .saying("the handle belongs to its connection");
  }

  @Test
  void openedTwice_breaksX3() {
    judge(() ->
            (context, request) -> {
              context.openNext(request.readOnly(), request.exportName());
              context.openNext(request.readOnly(), request.exportName());
              return new PassThrough();
            })
        .breaks("X-3");
  }

  private static Verdict judge(Supplier<Filter> filter) {
    return Verdict.ofFilter(new Subject<>(filter));
  }
}
