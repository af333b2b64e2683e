package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.runtime.transport.Link;

/**
 * The sending side of a link, on which whole replies follow each other.
 *
 * <p>The lock is held by the thread that sends, for as long as the client takes to receive: to wait
 * for it is to wait for the client.
 */
final class Output {
  private final Transfers transfers;
  private final Meter meter;
  private Link link;
  private final ReentrantLock lock = new ReentrantLock();

  Output(Link link, Transfers transfers, Meter meter) {
    this.link = link;
    this.transfers = transfers;
    this.meter = meter;
  }

  Link link() {
    return link;
  }

  /** Go on with another link, while one thread alone knows of this. */
  void link(Link next) {
    link = next;
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
  void write(ByteBuffer[] buffers, int first, int count) throws IOException {
    assert lock.isHeldByCurrentThread();
    meter.send();
    try {
      link.write(buffers, first, count);
    } catch (IOException e) {
      throw cut(e);
    }
  }

  /** Begin to send a long reply, with the lock held. */
  void beginLong() {
    transfers.begin();
  }

  /** End what {@link #beginLong} began. */
  void endLong() {
    transfers.end();
  }

  /** Send buffers of a long reply, with the lock held, and note each step. */
  void writeLong(ByteBuffer[] buffers, int count) throws IOException {
    int first = 0;
    while (first < count) {
      int end = first;
      long gathered = 0;
      while (end < count && gathered + buffers[end].remaining() <= Transfers.STEP) {
        gathered += buffers[end++].remaining();
      }
      if (end > first) {
        write(buffers, first, end - first);
        first = end;
      } else {
        ByteBuffer large = buffers[first];
        int limit = large.limit();
        large.limit(large.position() + Transfers.STEP);
        write(buffers, first, 1);
        large.limit(limit);
      }
      transfers.step();
    }
  }

  /**
   * Send a range of a file as part of a long reply, with the lock held, and note each step.
   *
   * @return how many bytes were sent: less than {@code count} only if the file ended
   */
  long send(FileChannel file, long position, long count) throws IOException {
    assert lock.isHeldByCurrentThread();
    long sent = 0;
    try {
      while (sent < count) {
        long part = Math.min(count - sent, Transfers.STEP);
        meter.send();
        long got = link.send(file, position + sent, part);
        sent += got;
        if (got < part) {
          break;
        }
        transfers.step();
      }
    } catch (IOException e) {
      throw cut(e);
    }
    return sent;
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
