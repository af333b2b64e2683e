package nbdj.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Requests on their way into the socket. Who sends writes what the socket takes; the rest is for
 * the connection's thread. Safe for use by many threads.
 */
final class Outbox {
  private record Message(ByteBuffer header, ByteBuffer payload) {
    boolean isSent() {
      return !header.hasRemaining() && !payload.hasRemaining();
    }
  }

  private final Link link;

  /** Guarded by this. */
  private final Deque<Message> queue = new ArrayDeque<>();

  /** Why nothing can be written any more; guarded by this. */
  private @Nullable IOException failure;

  Outbox(Link link) {
    this.link = link;
  }

  /**
   * Send a message behind those sent before.
   *
   * @param payload not to be changed until the reply has come
   * @return whether the connection's thread is to be told that there is something for it
   */
  synchronized boolean send(ByteBuffer header, ByteBuffer payload) {
    queue.add(new Message(header, payload));
    if (queue.size() > 1) {
      return false;
    }
    try {
      return !flush();
    } catch (IOException e) {
      failure = e;
      return true;
    }
  }

  /**
   * Write what the socket takes.
   *
   * @return whether that was all
   * @throws IOException if this or an earlier attempt to write failed
   */
  synchronized boolean flush() throws IOException {
    if (failure != null) {
      throw failure;
    }
    for (Message next = queue.peek(); next != null; next = queue.peek()) {
      while (!next.isSent()) {
        if (link.write(next.header(), next.payload()) == 0) {
          return false;
        }
      }
      queue.remove();
    }
    return link.flush();
  }
}
