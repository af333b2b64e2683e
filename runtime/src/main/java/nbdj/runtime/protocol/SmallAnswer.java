package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The answer to a short read, encoded in the outbox while the layer gives it, and taken back if the
 * layer fails. Everything lent is copied, so that the answer can wait there for others.
 */
final class SmallAnswer extends Answer {
  /** The longest read answered so, in bytes. */
  static final int MOST = 32 << 10;

  /** What headers may add: a hole saves more than the headers around it take. */
  private static final int OVERHEAD = 160;

  /** Get the longest read that an outbox has room for at any time, in bytes. */
  static int most(Outbox outbox) {
    return Math.min(MOST, outbox.sure() - OVERHEAD);
  }

  private static final byte[] ZEROES = new byte[LEAST_HOLE];

  private final Outbox outbox;
  private final Headers headers;
  private Request request;

  /** Where the answer begins in the outbox. */
  private int start;

  /** Where the header of the chunk being filled begins, or -1. */
  private int chunk;

  /** Where the header of the last chunk begins, or -1. */
  private int last;

  SmallAnswer(Outbox outbox, Headers headers) {
    this.outbox = outbox;
    this.headers = headers;
    this.request = new Request(headers);
  }

  void begin(Request request) throws IOException {
    begin(request, headers.chunks());
    this.request = request;
    ByteBuffer bytes = outbox.room((int) request.count() + OVERHEAD);
    start = bytes.position();
    chunk = -1;
    last = -1;
    if (!headers.chunks()) {
      Replies.simple(bytes, request, 0);
    }
  }

  /** End the answer: it is a whole reply then. */
  void finish() throws IOException {
    checkWhole();
    if (headers.chunks()) {
      endChunk();
      outbox.bytes().putShort(last + 4, (short) Wire.CHUNK_DONE);
    }
  }

  /** Take the answer back. */
  void drop() {
    outbox.rewind(start);
  }

  @Override
  public ByteBuffer buffer(int count) throws IOException {
    checkBuffer(count);
    int at = place(count);
    return outbox.bytes().slice(at, count);
  }

  @Override
  public void bytes(ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    if (count > 0) {
      outbox.bytes().put(place(count), bytes, bytes.position(), count);
    }
  }

  @Override
  public void bytes(ByteBuffer bytes, Runnable release) throws IOException {
    try {
      bytes(bytes);
    } finally {
      release.run();
    }
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    if (count > 0) {
      int at = place(count);
      load(channel, position, outbox.bytes().slice(at, (int) count));
    }
  }

  @Override
  public void zeroes(long count) throws IOException {
    if (isHole(count)) {
      long from = request.offset() + received;
      count(Source.HOLE, count);
      endChunk();
      ByteBuffer bytes = outbox.bytes();
      last = bytes.position();
      Replies.chunk(bytes, request, Wire.CHUNK_OFFSET_HOLE, 0, 12);
      bytes.putLong(from).putInt((int) count);
      return;
    }
    if (count > 0) {
      int at = place(count);
      for (int done = 0; done < count; done += ZEROES.length) {
        outbox.bytes().put(at + done, ZEROES, 0, Math.min(ZEROES.length, (int) count - done));
      }
    }
  }

  /** Count a piece and make room for it. */
  private int place(long count) throws IOException {
    long from = request.offset() + received;
    count(Source.BUFFER, count);
    ByteBuffer bytes = outbox.bytes();
    if (headers.chunks() && chunk < 0) {
      chunk = bytes.position();
      last = chunk;
      Replies.chunk(bytes, request, Wire.CHUNK_OFFSET_DATA, 0, 0);
      bytes.putLong(from);
    }
    int at = bytes.position();
    bytes.position(at + (int) count);
    return at;
  }

  private void endChunk() {
    if (chunk >= 0) {
      Replies.endChunk(outbox.bytes(), request, chunk);
      chunk = -1;
    }
  }
}
