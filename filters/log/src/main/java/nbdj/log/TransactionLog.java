package nbdj.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import nbdj.api.NbdException;

/**
 * Requests and replies in the form of nbd-server's transaction log: as they are on the wire, one
 * after the other, all connections together.
 *
 * <p>Programs that read that log, {@code nbd-trdump} and {@code nbd-trplay}, read this one. Safe
 * for use by many threads.
 */
final class TransactionLog implements Closeable {
  /** The commands, by their numbers on the wire. */
  enum Command {
    READ(0),
    WRITE(1),
    FLUSH(3),
    TRIM(4),
    CACHE(5),
    WRITE_ZEROES(6),
    BLOCK_STATUS(7);

    private final int number;

    Command(int number) {
      this.number = number;
    }
  }

  static final int FUA = 1;
  static final int NO_HOLE = 1 << 1;
  static final int REQ_ONE = 1 << 3;
  static final int FAST_ZERO = 1 << 4;

  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int REPLY_MAGIC = 0x67446698;

  /** Begins a record that is about the log itself. */
  private static final int OPTION_MAGIC = 0x25609514;

  private static final int SET_DATA = 1;
  private static final long OPTION_OFFSET = 0x4A93BA39A54F31B6L;
  private static final int REQUEST = 28;
  private static final int REPLY = 16;

  /** What the length of a request has room for; longer ones become several. */
  private static final long MOST_LENGTH = 0xFFFF_FFFFL & -4096L;

  private final Output output;
  private final boolean withData;
  private final AtomicLong lastCookie = new AtomicLong();

  /**
   * Begin a log.
   *
   * @param withData the bytes that are written follow the request that writes them
   */
  TransactionLog(Output output, boolean withData) {
    this.output = output;
    this.withData = withData;
    if (withData) {
      output.append(request(OPTION_MAGIC, SET_DATA, 0, OPTION_OFFSET, 1));
    }
  }

  /** Do a request that has no data, and write down it and how it ended. */
  void around(Command command, int flags, long offset, long count, Journal.Body body)
      throws IOException {
    List<Long> cookies = new ArrayList<>(1);
    long done = 0;
    do {
      long length = Math.min(count - done, MOST_LENGTH);
      cookies.add(lastCookie.incrementAndGet());
      output.append(
          request(
              REQUEST_MAGIC,
              flags << 16 | command.number,
              cookies.getLast(),
              offset + done,
              (int) length));
      done += length;
    } while (done < count);
    finish(cookies, body);
  }

  /** Do a write, and write down it and how it ended. */
  void aroundWrite(int flags, long offset, ByteBuffer data, Journal.Body body) throws IOException {
    long cookie = lastCookie.incrementAndGet();
    ByteBuffer head =
        request(
            REQUEST_MAGIC, flags << 16 | Command.WRITE.number, cookie, offset, data.remaining());
    if (withData) {
      output.append(head, data.duplicate());
    } else {
      output.append(head);
    }
    finish(List.of(cookie), body);
  }

  private void finish(List<Long> cookies, Journal.Body body) throws IOException {
    int error = 0;
    try {
      body.run();
    } catch (IOException | RuntimeException | Error e) {
      error = NbdException.errorOf(e).number();
      throw e;
    } finally {
      for (long cookie : cookies) {
        ByteBuffer reply = ByteBuffer.allocate(REPLY);
        output.append(reply.putInt(REPLY_MAGIC).putInt(error).putLong(cookie).flip());
      }
    }
  }

  private static ByteBuffer request(int magic, int type, long cookie, long offset, int length) {
    return ByteBuffer.allocate(REQUEST)
        .putInt(magic)
        .putInt(type)
        .putLong(cookie)
        .putLong(offset)
        .putInt(length)
        .flip();
  }

  @Override
  public void close() throws IOException {
    output.close();
  }
}
