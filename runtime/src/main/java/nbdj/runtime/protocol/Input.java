package nbdj.runtime.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.runtime.transport.Link;
import nbdj.runtime.transport.Splice;
import org.jspecify.annotations.Nullable;

/**
 * What a client has sent and nobody has looked at yet.
 *
 * <p>One receive takes all that has arrived. Used by one thread at a time.
 */
final class Input {
  /** How many bytes are received at once after a long payload, for another one may come. */
  private static final int AFTER_PAYLOAD = 4 << 10;

  private Link link;
  private Loan loan;

  private int received;

  /** The last that was received was a long payload. */
  private boolean afterPayload;

  /** The bytes not looked at, from position to limit. */
  private ByteBuffer bytes;

  Input(Link link, Loan loan) {
    this.link = link;
    this.loan = loan;
    this.bytes = loan.bytes().clear().limit(0);
  }

  /** Go on with another link, with nothing left of what came over the old one. */
  void link(Link next) {
    link = next;
  }

  int capacity() {
    return bytes.capacity();
  }

  /** Tell whether more may have come than there was room for. */
  boolean isFull() {
    return bytes.limit() == bytes.capacity();
  }

  /** Get how many bytes the last wait for bytes brought. */
  int received() {
    return received;
  }

  /** Get how many bytes can be looked at without waiting. */
  int available() {
    return bytes.remaining();
  }

  /**
   * Get the bytes not looked at, from position to limit, to be consumed by moving the position. It
   * is another buffer after {@link #swap}.
   */
  ByteBuffer bytes() {
    return bytes;
  }

  /**
   * Wait for bytes.
   *
   * @param count how many must be there, at most the capacity of the buffer
   * @return false if the client ended its stream and nothing is left
   * @throws EOFException if the client ended its stream and too little is left
   */
  boolean fill(int count) throws IOException {
    while (bytes.remaining() < count) {
      if (!bytes.hasRemaining()) {
        bytes.clear().limit(0);
      } else if (bytes.capacity() - bytes.position() < count || bytes.limit() == bytes.capacity()) {
        bytes.compact().flip();
      }
      int start = bytes.position();
      int end = bytes.limit();
      int most = afterPayload ? Math.max(count, AFTER_PAYLOAD) : bytes.capacity();
      bytes.limit(Math.min(bytes.capacity(), end + most)).position(end);
      afterPayload = false;
      int got;
      try {
        got = link.read(bytes);
      } finally {
        bytes.limit(bytes.position()).position(start);
      }
      received = got;
      if (got < 0) {
        if (start == end) {
          return false;
        }
        throw new EOFException("the client hung up in the middle of a message");
      }
    }
    return true;
  }

  /** Wait for bytes that must come. */
  void need(int count) throws IOException {
    if (!fill(count)) {
      throw new EOFException("the client hung up in the middle of a message");
    }
  }

  /**
   * Receive bytes into a buffer until it is full, and with the last of them the header that follows
   * if it has come too. What comes after that is most likely another long payload, and is left in
   * the socket so that it need not be copied.
   *
   * @param header how many bytes may be received of what follows
   * @param step run each time {@link Transfers#STEP} bytes have come
   */
  void readFully(ByteBuffer target, int header, Runnable step) throws IOException {
    int part = Math.min(bytes.remaining(), target.remaining());
    target.put(target.position(), bytes, bytes.position(), part);
    target.position(target.position() + part);
    bytes.position(bytes.position() + part);
    int seen = target.position();
    while (target.hasRemaining()) {
      bytes.clear().limit(header);
      int got;
      try {
        got = link.read(target, bytes);
      } finally {
        bytes.flip();
      }
      if (got < 0) {
        throw new EOFException("the client hung up in the middle of a payload");
      }
      if (target.position() - seen >= Transfers.STEP) {
        seen = target.position();
        step.run();
      }
      afterPayload = true;
    }
  }

  /** Get what moves bytes into files, null if there is nothing; for when no byte is left here. */
  @Nullable Splice splice() {
    return link.splice();
  }

  /** Receive bytes and forget them. */
  void skip(long count) throws IOException {
    long left = count;
    while (left > 0) {
      need(1);
      int part = (int) Math.min(left, bytes.remaining());
      bytes.position(bytes.position() + part);
      left -= part;
    }
  }

  /**
   * Go on with another buffer, into which the bytes not looked at are copied.
   *
   * @param next at least as large as what is left
   * @return the old buffer, now the caller's
   */
  Loan swap(Loan next) {
    Loan old = loan;
    ByteBuffer target = next.bytes().clear();
    target.put(bytes).flip();
    loan = next;
    bytes = target;
    return old;
  }

  /** Give the buffer back. */
  void close() {
    loan.close();
  }
}
