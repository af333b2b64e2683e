package nbdj.runtime.protocol;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import nbdj.runtime.transport.Link;

/** A client that has said all it will ever say, and listens to nothing. Used by one thread. */
final class Talk implements Link {
  private final ByteBuffer handshake;
  private final ByteBuffer requests;
  private final int together;
  private long left;

  /**
   * Make a client.
   *
   * @param write whether it writes; it reads else
   * @param count how much each request is about, in bytes
   * @param together how many requests arrive at once
   * @param all how many requests there are
   */
  Talk(boolean write, int count, int together, long all) {
    handshake = handshake();
    requests = ByteBuffer.allocateDirect(together * (28 + (write ? count : 0)));
    for (int i = 0; i < together; i++) {
      requests.putInt(Wire.REQUEST_MAGIC).putShort((short) 0);
      requests.putShort((short) (write ? Wire.CMD_WRITE : Wire.CMD_READ));
      requests.putLong(i).putLong(i * 8192L).putInt(count);
      requests.position(requests.position() + (write ? count : 0));
    }
    requests.flip();
    this.together = together;
    left = all;
  }

  /** Ask for structured replies and the default export. */
  private static ByteBuffer handshake() {
    long option = ByteBuffer.wrap("IHAVEOPT".getBytes(StandardCharsets.US_ASCII)).getLong();
    ByteBuffer words = ByteBuffer.allocate(4 + 16 + 16 + 6).putInt(3);
    words.putLong(option).putInt(8).putInt(0);
    words.putLong(option).putInt(7).putInt(6).putInt(0).putShort((short) 0);
    return words.flip();
  }

  private static int take(ByteBuffer from, ByteBuffer target) {
    int part = Math.min(target.remaining(), from.remaining());
    target.put(target.position(), from, from.position(), part);
    target.position(target.position() + part);
    from.position(from.position() + part);
    return part;
  }

  @Override
  public int read(ByteBuffer buffer) {
    if (handshake.hasRemaining()) {
      return take(handshake, buffer);
    }
    if (!requests.hasRemaining()) {
      left -= together;
      requests.rewind();
    }
    return left <= 0 ? -1 : take(requests, buffer);
  }

  @Override
  public void write(ByteBuffer[] buffers, int first, int count) {
    for (int i = first; i < first + count; i++) {
      buffers[i].position(buffers[i].limit());
    }
  }

  @Override
  public long send(FileChannel file, long position, long count) {
    return count;
  }

  @Override
  public String peer() {
    return "talk";
  }

  @Override
  public Optional<SocketAddress> address() {
    return Optional.empty();
  }

  @Override
  public void shutdownInput() {}

  @Override
  public void close() {}
}
