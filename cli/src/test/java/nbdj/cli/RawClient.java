package nbdj.cli;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The least of an NBD client: it says what it is told to, byte by byte, and can read. */
final class RawClient implements AutoCloseable {
  private static final long OPTION_MAGIC = 0x49484156454F5054L;
  private static final int EXPORT_NAME = 1;
  private static final int GO = 7;
  private static final int REQUEST_MAGIC = 0x25609513;

  private final SocketChannel channel;
  private final DataInputStream in;

  /** Connect to a unix socket, and take the server's greeting. */
  RawClient(SocketAddress address) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(address);
    in = new DataInputStream(Channels.newInputStream(channel));
    in.skipNBytes(18);
  }

  /** Get what a client says that asks for an export by the old option, and then reads a sector. */
  static byte[] exportNameThenRead(String name) {
    byte[] export = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + 16 + export.length + 28)
        .putInt(3)
        .putLong(OPTION_MAGIC)
        .putInt(EXPORT_NAME)
        .putInt(export.length)
        .put(export)
        .put(read(0, 512))
        .array();
  }

  /** Get what a client says that asks for an export by GO, and then reads a sector. */
  static byte[] goThenRead(String name) {
    byte[] export = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + 16 + 4 + export.length + 2 + 28)
        .putInt(3)
        .putLong(OPTION_MAGIC)
        .putInt(GO)
        .putInt(4 + export.length + 2)
        .putInt(export.length)
        .put(export)
        .putShort((short) 0)
        .put(read(0, 512))
        .array();
  }

  /** Connect, say the first bytes of something, and hang up. */
  static void sayAndHangUp(SocketAddress address, byte[] words, int length) throws IOException {
    try (RawClient client = new RawClient(address)) {
      client.say(words, length);
    }
  }

  /** Choose an export by the old option. */
  void choose(String name) throws IOException {
    byte[] words = exportNameThenRead(name);
    say(words, words.length - 28);
    in.skipNBytes(10);
  }

  /** Ask for a range, and do not wait for the reply. */
  void beginRead(long offset, int count) throws IOException {
    say(read(offset, count), 28);
  }

  /** Read a range with a simple reply. */
  byte[] pread(long offset, int count) throws IOException {
    say(read(offset, count), 28);
    in.skipNBytes(4);
    int error = in.readInt();
    in.skipNBytes(8);
    if (error != 0) {
      throw new IOException("read of %d bytes at %d: error %d".formatted(count, offset, error));
    }
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the server hung up");
    }
    return bytes;
  }

  /** Send requests to read, all at once, and take the simple replies. */
  void readTogether(int requests, int count) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(requests * 28);
    for (int i = 0; i < requests; i++) {
      all.put(read((long) i * count, count));
    }
    say(all.array(), all.capacity());
    in.skipNBytes((long) requests * (16 + count));
  }

  /** Send requests to write zeroes as data, all at once, and take the simple replies. */
  void writeTogether(int requests, int count) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(requests * (28 + count));
    for (int i = 0; i < requests; i++) {
      all.put(i * (28 + count), read((long) i * count, count))
          .putShort(i * (28 + count) + 6, (short) 1);
    }
    say(all.array(), all.capacity());
    in.skipNBytes(requests * 16L);
  }

  private static byte[] read(long offset, int count) {
    return ByteBuffer.allocate(28)
        .putInt(REQUEST_MAGIC)
        .putInt(0)
        .putLong(7)
        .putLong(offset)
        .putInt(count)
        .array();
  }

  private void say(byte[] words, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(words, 0, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
