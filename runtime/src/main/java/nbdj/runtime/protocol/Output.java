package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.runtime.transport.Link;

/**
 * The sending side of a link, on which whole replies follow each other.
 *
 * <p>The lock is held by the thread that sends, for as long as the client takes to receive: to wait
 * for it is to wait for the client.
 */
final class Output {
  private final Link link;
  private final ReentrantLock lock = new ReentrantLock();

  Output(Link link) {
    this.link = link;
  }

  Link link() {
    return link;
  }

  /** Begin to send replies; nests. */
  void lock() {
    lock.lock();
  }

  /** End what {@link #lock} began. */
  void unlock() {
    lock.unlock();
  }

  /** Send buffers, with the lock held. A failure closes the link, for the stream is cut. */
  void write(ByteBuffer[] buffers, int count) throws IOException {
    assert lock.isHeldByCurrentThread();
    try {
      link.write(buffers, 0, count);
    } catch (IOException e) {
      throw cut(e);
    }
  }

  /** Close the link after a failure in the middle of a reply, and get that failure. */
  IOException cut(IOException failure) {
    try {
      link.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }
}
