package nbdj.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What a server sends, buffered. Used by one thread at a time. */
final class Input {
  /** Waits until something may have arrived, or fails. */
  @FunctionalInterface
  interface Waiter {
    void await() throws IOException;
  }

  /** How much is read ahead, in bytes. */
  private static final int BUFFER = 64 << 10;

  private final Link link;

  /** Always ready to be taken from. */
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).limit(0);

  private Waiter waiter;

  Input(Link link, Waiter waiter) {
    this.link = link;
    this.waiter = waiter;
  }

  /** Set what is done while nothing has arrived. */
  void waitWith(Waiter next) {
    waiter = next;
  }

  /** Tell whether something has arrived that nobody has taken. */
  boolean hasMore() {
    return buffer.hasRemaining();
  }

  short int16() throws IOException {
    return require(2).getShort();
  }

  int int32() throws IOException {
    return require(4).getInt();
  }

  /** Get an unsigned number of 32 bits. */
  long unsigned32() throws IOException {
    return int32() & 0xffff_ffffL;
  }

  long int64() throws IOException {
    return require(8).getLong();
  }

  /** Get bytes that were already found to be few. */
  byte[] bytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    into(ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** Fill a buffer. */
  void into(ByteBuffer target) throws IOException {
    if (buffer.hasRemaining()) {
      int count = Math.min(buffer.remaining(), target.remaining());
      target.put(target.position(), buffer, buffer.position(), count);
      target.position(target.position() + count);
      buffer.position(buffer.position() + count);
    }
    while (target.remaining() >= BUFFER) {
      receive(target);
    }
    if (target.hasRemaining()) {
      int count = target.remaining();
      ByteBuffer rest = require(count);
      target.put(rest.slice(rest.position(), count));
      rest.position(rest.position() + count);
    }
  }

  /** Leave out bytes. */
  void skip(long count) throws IOException {
    long left = count;
    while (left > 0) {
      int part = (int) Math.min(left, BUFFER);
      ByteBuffer bytes = require(part);
      bytes.position(bytes.position() + part);
      left -= part;
    }
  }

  /** Wait until there are some bytes, at most {@link #BUFFER}, in the buffer. */
  private ByteBuffer require(int count) throws IOException {
    if (buffer.remaining() >= count) {
      return buffer;
    }
    buffer.compact();
    try {
      while (buffer.position() < count) {
        receive(buffer);
      }
    } finally {
      buffer.flip();
    }
    return buffer;
  }

  private void receive(ByteBuffer target) throws IOException {
    int got = link.read(target);
    if (got < 0) {
      throw new EOFException("the server closed the connection");
    }
    if (got == 0) {
      waiter.await();
    }
  }
}
