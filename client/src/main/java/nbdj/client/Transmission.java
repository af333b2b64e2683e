package nbdj.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The second phase of a connection: requests go out from any thread, and a thread of its own takes
 * the replies, writes what the socket did not take at once, and watches the time.
 *
 * <p>That thread alone closes the link and completes futures, so a buffer whose future is complete
 * is touched by nobody. It never waits for anything but the socket.
 */
final class Transmission implements Replies.Pending {
  /** The end that was asked for. */
  private static final class Ended extends IOException {
    private static final long serialVersionUID = 1;
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** How long the goodbye may take to go out. */
  private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Link link;
  private final String place;
  private final Duration timeout;
  private final Headers headers;
  private final Outbox outbox;
  private final Replies replies;
  private final Thread thread;

  /** Guards the fields below; never held while anything is waited for. */
  private final Object lock = new Object();

  /** The requests under way, by their cookies; the one sent first is the first. */
  private final Map<Long, Request> pending = new LinkedHashMap<>();

  private long lastCookie;

  /** Whether the connection ends when nothing is pending. */
  private boolean closing;

  /** Whether it ends at once. */
  private boolean aborted;

  /** Why there is no connection any more. */
  private @Nullable NbdClientException failure;

  // End of the fields guarded by lock.

  Transmission(Link link, String place, Input input, Headers headers, Duration timeout) {
    this.link = link;
    this.place = place;
    this.timeout = timeout;
    this.outbox = new Outbox(link);
    this.headers = headers;
    this.replies = new Replies(input, headers, this);
    input.waitWith(this::await);
    this.thread = Thread.ofPlatform().daemon().name("nbdj-client-" + place).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * Send a request.
   *
   * @param payload what follows its header, from position to limit; not to be changed until the
   *     request's future is complete
   */
  void send(Request request, ByteBuffer payload) throws NbdDisconnectedException {
    long cookie;
    synchronized (lock) {
      if (failure != null) {
        throw new NbdDisconnectedException(
            "%s: there is no connection any more: %s".formatted(place, failure.getMessage()),
            failure);
      }
      if (closing) {
        throw new NbdDisconnectedException(place + ": the connection was closed by this client");
      }
      cookie = ++lastCookie;
      request.begin(Deadline.after(timeout));
      pending.put(cookie, request);
    }
    if (outbox.send(header(request, cookie), payload)) {
      link.wakeup();
    }
  }

  private ByteBuffer header(Request request, long cookie) {
    if (headers == Headers.EXTENDED) {
      int payload = request.command == Command.WRITE ? Protocol.FLAG_PAYLOAD_LEN : 0;
      return ByteBuffer.allocate(32)
          .putInt(Protocol.EXTENDED_REQUEST_MAGIC)
          .putShort((short) (request.flags | payload))
          .putShort((short) request.command.number())
          .putLong(cookie)
          .putLong(request.offset)
          .putLong(request.count)
          .flip();
    }
    return ByteBuffer.allocate(28)
        .putInt(Protocol.REQUEST_MAGIC)
        .putShort((short) request.flags)
        .putShort((short) request.command.number())
        .putLong(cookie)
        .putLong(request.offset)
        .putInt((int) request.count)
        .flip();
  }

  /** Tell whether the calling thread is the connection's own, which must not wait for replies. */
  boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  boolean isOpen() {
    synchronized (lock) {
      return failure == null && !closing;
    }
  }

  /** Get how many requests are under way. */
  int inFlight() {
    synchronized (lock) {
      return pending.size();
    }
  }

  /** End the connection: in good order once all replies are there, or at once. */
  void close(boolean atOnce) {
    synchronized (lock) {
      closing = true;
      aborted |= atOnce;
    }
    link.wakeup();
    boolean interrupted = false;
    while (!isOwnThread() && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Request get(long cookie) throws NbdProtocolException {
    synchronized (lock) {
      Request request = pending.get(cookie);
      if (request == null) {
        throw new NbdProtocolException(
            "the server sent a reply with the cookie %s, which no request under way has"
                .formatted(Long.toUnsignedString(cookie)));
      }
      return request;
    }
  }

  @Override
  public void remove(long cookie) {
    synchronized (lock) {
      boolean wasOldest = pending.keySet().iterator().next() == cookie;
      pending.remove(cookie);
      if (wasOldest && !pending.isEmpty()) {
        // Who sends much at once does not expect the last reply as soon as the first.
        oldest().begin(Deadline.after(timeout));
      }
    }
  }

  private Request oldest() {
    return pending.values().iterator().next();
  }

  private void run() {
    NbdClientException why;
    try {
      while (true) {
        replies.take();
      }
    } catch (Ended e) {
      why = new NbdDisconnectedException(place + ": the connection was closed by this client");
    } catch (NbdClientException e) {
      why = e;
    } catch (EOFException e) {
      why = new NbdDisconnectedException(place + ": the server closed the connection");
    } catch (IOException e) {
      why =
          new NbdDisconnectedException(
              "%s: the connection failed: %s".formatted(place, e.getMessage()), e);
    } catch (RuntimeException | Error e) {
      why = new NbdDisconnectedException(place + ": the client failed: " + e, e);
    }
    end(why);
  }

  /** Wait for the socket, and write to it what waits. */
  private void await() throws IOException {
    long nanos = timeout.isZero() ? Long.MAX_VALUE : Deadline.after(timeout.dividedBy(8)).left();
    synchronized (lock) {
      if (aborted || (closing && pending.isEmpty())) {
        throw new Ended();
      }
      if (!pending.isEmpty()) {
        Request oldest = oldest();
        if (oldest.left() == 0) {
          throw new NbdDisconnectedException(
              "%s: the server did not answer a %s within %s; the connection is closed"
                  .formatted(place, oldest, timeout));
        }
        nanos = Math.min(nanos, oldest.left());
      }
    }
    int more = outbox.flush() ? 0 : SelectionKey.OP_WRITE;
    link.await(SelectionKey.OP_READ | more, nanos);
  }

  private void end(NbdClientException why) {
    List<Request> left;
    boolean goodbye;
    synchronized (lock) {
      failure = why;
      left = new ArrayList<>(pending.values());
      pending.clear();
      goodbye = closing && !aborted;
    }
    try (link) {
      if (goodbye) {
        sayGoodbye();
      }
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    for (Request request : left) {
      request.future.completeExceptionally(
          why instanceof NbdDisconnectedException
              ? new NbdDisconnectedException(
                  "%s; a %s was under way".formatted(why.getMessage(), request), why)
              : why.again());
    }
  }

  private void sayGoodbye() throws IOException {
    outbox.send(header(new Request(Command.DISCONNECT, 0, 0, 0), 0), NOTHING);
    long begin = System.nanoTime();
    while (!outbox.flush() && System.nanoTime() - begin < GOODBYE_NANOS) {
      link.await(SelectionKey.OP_WRITE, GOODBYE_NANOS);
    }
  }
}
