package nbdj.junit;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what was not flushed, so that a crash can lose it: a disk with a volatile write cache.
 *
 * <p>It opens each export below once, for all clients. A server that stops without a crash has all
 * of it written.
 */
final class PowerCutFilter implements Filter {
  private final long limit;

  /** Held while an export is opened below: who needs one for the first time waits for another. */
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Map<String, Medium> media = new LinkedHashMap<>();
  private @Nullable Backend backend;
  private boolean cut;

  /**
   * Make a filter.
   *
   * @param limit the most bytes of unflushed writes of an export, 0 to hold back nothing
   */
  PowerCutFilter(long limit) {
    this.limit = limit;
  }

  @Override
  public String description() {
    return "lose what was not flushed in a crash";
  }

  @Override
  public void afterFork(Backend next) {
    lock.lock();
    try {
      backend = next;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    Medium medium = medium(request.exportName());
    context.setNext(medium.next());
    return new PowerCutHandle(medium);
  }

  /** Get an export, opened now if it is not yet; {@code ""} is the default one. */
  Medium medium(String exportName) throws IOException {
    lock.lock();
    try {
      Backend below = backend;
      if (below == null || cut) {
        throw new NbdException(NbdError.ESHUTDOWN, "the disk has no power");
      }
      String name =
          exportName.isEmpty() ? below.defaultExport(false, false).orElse("") : exportName;
      Medium known = media.get(name);
      if (known != null) {
        return known;
      }
      Medium opened = open(below, name);
      media.put(name, opened);
      return opened;
    } finally {
      lock.unlock();
    }
  }

  private Medium open(Backend below, String name) throws IOException {
    Next next = below.open(false, name, true);
    try {
      next.prepare();
      return new Medium(next, limit);
    } catch (IOException | RuntimeException | Error e) {
      try {
        next.close();
      } catch (IOException | RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /** Fail from now on, and leave below what a crash leaves. */
  Crash crash(Loss loss, long seed) throws IOException {
    lock.lock();
    try {
      cut = true;
      Crash crash = new Crash(loss, seed, 0, 0, 0);
      for (Medium medium : media.values()) {
        crash = crash.and(medium.crash(loss, seed));
      }
      return crash;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    lock.lock();
    try {
      backend = null;
      Failures failures = new Failures();
      for (Medium medium : media.values()) {
        if (!cut && medium.next().canFlush()) {
          failures.attempt(medium::flush);
        }
        failures.attempt(medium.next()::close);
      }
      media.clear();
      failures.throwFirst();
    } finally {
      lock.unlock();
    }
  }
}
