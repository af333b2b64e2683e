package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Replies of one thread that gather until they are sent in one call.
 *
 * <p>Used by one thread at a time, but for {@link #copyTo}.
 */
final class Outbox {
  /** How many replies without data gather: the client sends more while the rest is done. */
  private static final int ACKNOWLEDGEMENTS = 4;

  /** The longest reply without data, in bytes. */
  private static final int ACKNOWLEDGEMENT = 32;

  private final Output output;
  private Loan loan;
  private ByteBuffer bytes;
  private final ByteBuffer[] single = new ByteBuffer[1];

  /** How many replies wait. */
  private int replies;

  /** Where the replies that are still this outbox's to send begin. */
  private int start;

  /** Where the whole replies ended when the running request began. */
  private int mark;

  Outbox(Output output, Loan loan) {
    this.output = output;
    this.loan = loan;
    this.bytes = loan.bytes().clear();
    this.single[0] = bytes;
  }

  Output output() {
    return output;
  }

  /** Get how many bytes wait to be sent. */
  int pending() {
    return bytes.position() - start;
  }

  /**
   * Get the buffer to append to, with room for some bytes; sends what waits if there is none.
   *
   * @param count at most the buffer's capacity
   */
  ByteBuffer room(int count) throws IOException {
    if (bytes.remaining() < count) {
      flush();
    }
    return bytes;
  }

  /** Get the buffer to append to. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** Get where the bytes that wait begin in the buffer. */
  int start() {
    return start;
  }

  /** Forget what waits, because it was sent by other means. */
  void clear() {
    replies = 0;
    bytes.clear();
    start = 0;
  }

  /** Send what waits. */
  void flush() throws IOException {
    if (pending() == 0) {
      clear();
      return;
    }
    output.lock();
    try {
      bytes.flip().position(start);
      output.write(single, 0, 1);
    } finally {
      clear();
      output.unlock();
    }
  }

  /**
   * Note that a reply was appended. Sends what waits, if it fills half of the buffer, so that the
   * other half is always there, and if it is some acknowledgements.
   *
   * @return whether there was much
   */
  boolean flushIfMuch() throws IOException {
    boolean much = bytes.position() >= bytes.capacity() / 2;
    replies++;
    if (much || (replies >= ACKNOWLEDGEMENTS && pending() <= ACKNOWLEDGEMENTS * ACKNOWLEDGEMENT)) {
      flush();
    }
    return much;
  }

  /** Get how many bytes have room after {@link #flushIfMuch} without anything being sent. */
  int sure() {
    return bytes.capacity() / 2;
  }

  /**
   * Go on with another buffer, with nothing waiting.
   *
   * @param next another loan; belongs to the outbox
   */
  void swap(Loan next) {
    loan.close();
    loan = next;
    bytes = next.bytes();
    single[0] = bytes;
    clear();
  }

  int capacity() {
    return bytes.capacity();
  }

  /** Remember that all before here are whole replies. */
  void setMark() {
    mark = bytes.position();
  }

  /** Copy the whole replies before the mark to another thread's outbox, which will send them. */
  void copyTo(Outbox other) {
    other.bytes.put(other.bytes.position(), bytes, start, mark - start);
    other.bytes.position(other.bytes.position() + mark - start);
  }

  /** Leave the replies before the mark to whoever copied them. */
  void dropCopied() {
    start = mark;
  }

  /** Take back what was appended since a position. */
  void rewind(int position) {
    bytes.position(position);
  }

  /** Give the buffer back. */
  void close() {
    loan.close();
  }
}
