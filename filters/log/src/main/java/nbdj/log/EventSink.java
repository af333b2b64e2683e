package nbdj.log;

import java.io.Closeable;

/** Takes what happened. Safe for use by many threads. */
interface EventSink extends Closeable {
  /** Write an event down, or say in the server's own log why that fails; it never throws. */
  void accept(Event event);
}
