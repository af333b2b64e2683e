package nbdj.runtime.protocol;

import java.time.Duration;

/** How long the client of one connection has been silent. Ends the connection after some time. */
final class Silence implements Watch.Watched {
  private final long limit;
  private final Crew crew;
  private final Runnable end;

  /** When the reader began to wait for a request, 0 while it does not. */
  private volatile long since;

  /**
   * Look after a connection.
   *
   * @param limit how long the client may be silent; zero for any time
   * @param crew more than one of which means that requests are under way
   * @param end ends the connection
   */
  Silence(Duration limit, Crew crew, Runnable end) {
    this.limit = limit.toNanos();
    this.crew = crew;
    this.end = end;
  }

  /** Begin to wait for a request. Used by the reader, as {@link #end} is. */
  void begin() {
    if (limit > 0) {
      since = System.nanoTime() | 1;
    }
  }

  /** End to wait. */
  void end() {
    if (limit > 0) {
      since = 0;
    }
  }

  @Override
  public Watch.Need tick(long now) {
    if (limit == 0) {
      return Watch.Need.NOTHING;
    }
    long began = since;
    if (began != 0 && now - began > limit && crew.size() == 1) {
      end.run();
    }
    return Watch.Need.DEADLINE;
  }
}
