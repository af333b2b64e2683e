package nbdj.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import nbdj.api.NbdException;

/**
 * Tells all who listen what happens, in one connection or outside all.
 *
 * <p>Safe for use by many threads.
 */
final class Journal implements Closeable {
  private final List<EventSink> sinks;

  /** The number of the connection; 0 outside all. */
  private final long connection;

  /** The number of the last call in it. */
  private final AtomicLong calls = new AtomicLong();

  Journal(List<EventSink> sinks) {
    this(sinks, 0);
  }

  private Journal(List<EventSink> sinks, long connection) {
    this.sinks = sinks;
    this.connection = connection;
  }

  /** Get the journal of a connection, which needs no close. */
  Journal connection(long number) {
    return new Journal(sinks, number);
  }

  /** Get how many calls there were. */
  long calls() {
    return calls.get();
  }

  /** Tell of something that is no call. */
  void print(String action, Fields fields) {
    tell(new Event(Event.Type.PRINT, connection, action, 0, fields));
  }

  /** Tell that the next call of this connection begins. */
  Call enter(String action, Fields fields) {
    return enter(action, calls.incrementAndGet(), fields);
  }

  /** Tell that a call begins. */
  Call enter(String action, long id, Fields fields) {
    tell(new Event(Event.Type.ENTER, connection, action, id, fields));
    return new Call(action, id);
  }

  private void tell(Event event) {
    for (EventSink sink : sinks) {
      sink.accept(event);
    }
  }

  @Override
  public void close() throws IOException {
    IOException first = null;
    for (EventSink sink : sinks) {
      try {
        sink.close();
      } catch (IOException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** What a call does. */
  interface Body {
    void run() throws IOException;
  }

  /** What a call does that has more to tell when it is over. */
  interface TellingBody {
    Fields run() throws IOException;
  }

  /** A call that has begun. */
  final class Call {
    private final String action;
    private final long id;

    private Call(String action, long id) {
      this.action = action;
      this.id = id;
    }

    /** Do the call, and tell how it ended. */
    void around(Body body) throws IOException {
      around(() -> {
        body.run();
        return Fields.NONE;
      });
    }

    /** Do the call, and tell how it ended, and what else it says. */
    void around(TellingBody body) throws IOException {
      try {
        leave(body.run().and("return", 0));
      } catch (IOException | RuntimeException | Error e) {
        leave(Fields.of("return", -1).and("error", NbdException.errorOf(e).name()));
        throw e;
      }
    }

    private void leave(Fields fields) {
      tell(new Event(Event.Type.LEAVE, connection, action, id, fields));
    }
  }
}
