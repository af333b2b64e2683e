package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.tck.Verdict.Subject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Filters that open the wrong thing below, for the wrong people, or lose it. */
class BrokenFilterOpeningTests {
  @Test
  void defaultExportOpenedForAnyName_breaksF9() {
    judge(() ->
            (context, request) -> {
              context.openNext(request.readOnly(), "");
              return new PassThrough();
            })
        .breaks("F-9")
        .saying("the export 'second' lies on '' of the layer below, not on 'second'");
  }

  @Test
  void handleSharedByAllNames_breaksF9() {
    judge(() ->
            new SharingFilter() {
              @Override
              String key(OpenRequest request) {
                return "";
              }
            })
        .breaks("F-9");
  }

  @Test
  void sharedHandleOpenedForOneConnection_breaksO10() {
    judge(() ->
            new SharingFilter() {
              @Override
              Next open(Backend below, OpenRequest request) throws IOException {
                return below.open(request.readOnly(), request.exportName(), false);
              }
            })
        .breaks("O-10")
        .saying("lent to a connection for which it was not opened", "had ended");
  }

  @Test
  void sharedHandleOpenedForNobodyAndNotShared_breaksO10() {
    judge(() ->
            new SharingFilter() {
              private volatile @Nullable Backend backend;

              @Override
              public void afterFork(Backend next) {
                backend = next;
              }

              @Override
              Next open(Backend below, OpenRequest request) throws IOException {
                Backend known = backend;
                return (known == null ? below : known)
                    .open(request.readOnly(), request.exportName(), false);
              }
            })
        .breaks("O-10");
  }

  @Test
  void handleOpenedAfterAnotherFailed_isForgotten_breaksO8() {
    judge(Forgetting::new).breaks("O-8").saying("were open when cleanup returned");
  }

  /**
   * A filter that opens each export once. Who has waited for an open that failed opens a handle
   * where nobody looks for it any more.
   */
  private static final class Forgetting implements Filter {
    private final ConcurrentMap<String, Place> places = new ConcurrentHashMap<>();

    /** Where a handle is kept; locked while it is opened. */
    private static final class Place {
      private @Nullable Next next;
    }

    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      String key = request.readOnly() + request.exportName();
      Place place = places.computeIfAbsent(key, absent -> new Place());
      synchronized (place) {
        Next next = place.next;
        if (next == null) {
          try {
            next = opened(context.backend(), request);
          } catch (IOException e) {
            places.remove(key, place);
            throw e;
          }
          place.next = next;
        }
        context.setNext(next);
      }
      return new PassThrough();
    }

    private static Next opened(Backend below, OpenRequest request) throws IOException {
      Next next = below.open(request.readOnly(), request.exportName(), true);
      try {
        next.prepare();
      } catch (IOException e) {
        next.close();
        throw e;
      }
      return next;
    }

    @Override
    public void cleanup(Backend below) throws IOException {
      List<Place> left = new ArrayList<>(places.values());
      @Nullable IOException first = null;
      for (Place place : left) {
        try {
          if (place.next != null) {
            place.next.close();
          }
        } catch (IOException e) {
          first = e;
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }

  private static Verdict judge(Supplier<Filter> filter) {
    return Verdict.ofFilter(new Subject<>(filter));
  }
}
