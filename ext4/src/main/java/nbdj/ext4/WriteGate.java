package nbdj.ext4;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether an open filesystem may be written: until there is a reason against it, which stays. Safe
 * for use by several threads.
 */
final class WriteGate {

  private final AtomicReference<Optional<String>> reason = new AtomicReference<>(Optional.empty());

  /** Return why nothing may be written, if so. */
  Optional<String> reason() {
    return reason.get();
  }

  boolean isOpen() {
    return reason.get().isEmpty();
  }

  /**
   * Have nothing written from now on.
   *
   * @param why one sentence without its full stop; the first that is given is kept
   */
  void close(String why) {
    reason.compareAndSet(Optional.empty(), Optional.of(why));
  }

  /**
   * Check that something may be written.
   *
   * @throws Ext4Exception if not, with the reason
   */
  void check() throws Ext4Exception {
    Optional<String> against = reason.get();
    if (against.isPresent()) {
      throw new Ext4Exception(Ext4Exception.Kind.READ_ONLY, against.get());
    }
  }
}
