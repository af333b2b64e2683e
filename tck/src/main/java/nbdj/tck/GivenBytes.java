package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.WriteSource;

/** A source that has all bytes, and may break off as one does whose client goes away. */
final class GivenBytes implements WriteSource {
  private final byte[] bytes;
  private final int end;
  private final Runnable before;
  private int at;

  private GivenBytes(byte[] bytes, int end, Runnable before) {
    this.bytes = bytes;
    this.end = end;
    this.before = before;
  }

  /** Give all of some bytes. */
  static GivenBytes all(byte[] bytes) {
    return new GivenBytes(bytes, bytes.length, () -> {});
  }

  /** Give all of some bytes, each time after something has been done. */
  static GivenBytes all(byte[] bytes, Runnable before) {
    return new GivenBytes(bytes, bytes.length, before);
  }

  /** Give some of the bytes, and fail where more are asked for. */
  static GivenBytes first(int count, byte[] bytes) {
    return new GivenBytes(bytes, count, () -> {});
  }

  @Override
  public void bytes(ByteBuffer target) throws IOException {
    before.run();
    int part = Math.min(target.remaining(), end - at);
    target.put(bytes, at, part);
    at += part;
    if (target.hasRemaining()) {
      throw new NbdException(NbdError.EIO, "the client went away in the middle of a write");
    }
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    before.run();
    int length = (int) Math.min(count, end - at);
    ByteBuffer part = ByteBuffer.wrap(bytes, at, length);
    at += length;
    for (long to = position; part.hasRemaining(); ) {
      to += channel.write(part, to);
    }
    if (length < count) {
      throw new NbdException(NbdError.EIO, "the client went away in the middle of a write");
    }
  }

  @Override
  public ByteBuffer buffer(int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    bytes(buffer);
    return buffer.flip().asReadOnlyBuffer();
  }
}
