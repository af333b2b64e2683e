package nbdj.runtime.server;

import org.slf4j.MDC;

/** Marks what is logged for a connection, by slf4j's diagnostic context. */
final class LogMark {
  /** The key under which a logging system finds the number of the connection. */
  static final String CONNECTION = "nbdj.connection";

  private LogMark() {}

  /** Run a task of a connection on this thread. */
  static void run(long connection, Runnable task) {
    MDC.put(CONNECTION, Long.toString(connection));
    try {
      task.run();
    } finally {
      MDC.remove(CONNECTION);
    }
  }
}
