package nbdj.cli;

import java.util.Optional;

/** The process that started the launcher. */
final class Parent {
  /** The system property in which the launcher gives its parent's process id. */
  private static final String PROPERTY = "nbdj.parent";

  private Parent() {}

  /** Have something done, by a thread of its own, when the parent ends; at once if it has ended. */
  static void atEnd(Runnable due) {
    Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    long known = Long.getLong(PROPERTY, parent.map(ProcessHandle::pid).orElse(0L));
    // An orphan gets another parent.
    if (parent.isEmpty() || parent.get().pid() != known) {
      due.run();
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("nbdj-parent")
        .start(() -> {
          parent.get().onExit().join();
          due.run();
        });
  }
}
