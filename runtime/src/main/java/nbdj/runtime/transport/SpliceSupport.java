package nbdj.runtime.transport;

import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether {@link Splice} works here, which is found out in the background when it is first
 * asked: native calls take long to load.
 */
final class SpliceSupport {
  private enum State {
    UNKNOWN,
    LOADING,
    READY,
    MISSING
  }

  private static final Logger log = LoggerFactory.getLogger(SpliceSupport.class);
  private static final AtomicReference<State> STATE = new AtomicReference<>(State.UNKNOWN);

  private SpliceSupport() {}

  /** Tell whether the calls can be made. False while that is being found out. */
  static boolean isReady() {
    State state = STATE.get();
    if (state == State.UNKNOWN && STATE.compareAndSet(State.UNKNOWN, State.LOADING)) {
      Thread.ofPlatform().daemon().name("nbdj-load").start(SpliceSupport::load);
    }
    return state == State.READY;
  }

  private static void load() {
    State found = State.MISSING;
    try {
      if (isLinux()) {
        Descriptors.load();
        SpliceCalls.load();
        found = State.READY;
      }
    } catch (RuntimeException | LinkageError e) {
      log.debug("what arrives for a file is copied: no splice", e);
    } finally {
      STATE.set(found);
    }
  }

  private static boolean isLinux() {
    return System.getProperty("os.name", "").equals("Linux")
        && Set.of("amd64", "aarch64", "riscv64").contains(System.getProperty("os.arch", ""));
  }
}
