package nbdj.runtime.testing;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A client that sends and receives exactly what a test says. */
public final class RawClient implements AutoCloseable {
  public static final long IHAVEOPT = 0x49484156454f5054L;
  public static final long OPTION_REPLY = 0x3e889045565a9L;
  public static final int REQUEST = 0x25609513;
  public static final int SIMPLE = 0x67446698;
  public static final int STRUCTURED = 0x668e33ef;
  public static final int EXTENDED_REQUEST = 0x21e41c71;
  public static final int EXTENDED_REPLY = 0x6e8a278c;

  public static final int EXPORT_NAME = 1;
  public static final int ABORT = 2;
  public static final int LIST = 3;
  public static final int PEEK = 4;
  public static final int STARTTLS = 5;
  public static final int INFO = 6;
  public static final int GO = 7;
  public static final int STRUCTURED_REPLY = 8;
  public static final int LIST_META = 9;
  public static final int SET_META = 10;
  public static final int EXTENDED_HEADERS = 11;

  public static final int ACK = 1;
  public static final int UNSUP = 0x80000001;
  public static final int POLICY = 0x80000002;
  public static final int INVALID = 0x80000003;
  public static final int PLATFORM = 0x80000004;
  public static final int TLS_REQUIRED = 0x80000005;
  public static final int UNKNOWN = 0x80000006;
  public static final int TOO_BIG = 0x80000009;
  public static final int EXTENDED_REQUIRED = 0x8000000a;

  public static final int READ = 0;
  public static final int WRITE = 1;
  public static final int DISC = 2;
  public static final int FLUSH = 3;
  public static final int TRIM = 4;
  public static final int CACHE = 5;
  public static final int ZERO = 6;
  public static final int STATUS = 7;

  public static final int FUA = 1;
  public static final int NO_HOLE = 2;
  public static final int DF = 4;
  public static final int REQ_ONE = 8;
  public static final int FAST_ZERO = 16;
  public static final int PAYLOAD_LEN = 32;

  /** A reply to an option. */
  @SuppressWarnings("ArrayRecordComponent")
  public record OptionReply(int option, int type, byte[] data) {
    public String text() {
      return new String(data, StandardCharsets.UTF_8);
    }

    public ByteBuffer bytes() {
      return ByteBuffer.wrap(data);
    }
  }

  /** A chunk of a structured reply; simple replies of other commands have type -1. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Chunk(int flags, int type, long cookie, byte[] data) {
    public ByteBuffer bytes() {
      return ByteBuffer.wrap(data);
    }

    /** Get the error of an error chunk or a simple reply, 0 if it is neither. */
    public int error() {
      return type == -1 || (type & 0x8000) != 0 ? bytes().getInt() : 0;
    }

    public String message() {
      ByteBuffer bytes = bytes();
      bytes.getInt();
      byte[] text = new byte[bytes.getShort()];
      bytes.get(text);
      return new String(text, StandardCharsets.UTF_8);
    }
  }

  private final SocketChannel socket;
  private ReadableByteChannel in;
  private WritableByteChannel out;

  /** What GO said, for tests to look at. */
  public long size;

  public int flags;

  /** The offset in the header of the last extended chunk. */
  public long repliedOffset;

  public RawClient(SocketAddress address) throws IOException {
    socket = SocketChannel.open(address);
    in = socket;
    out = socket;
  }

  public SocketChannel socket() {
    return socket;
  }

  /** Receive the greeting, and send flags. */
  public RawClient greet(int clientFlags) throws IOException {
    receive(18);
    send(ByteBuffer.allocate(4).putInt(clientFlags));
    return this;
  }

  public RawClient greet() throws IOException {
    return greet(3);
  }

  /** Send all that was put into some buffers. */
  public void send(ByteBuffer... filled) throws IOException {
    for (ByteBuffer buffer : filled) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
    }
  }

  /** Encrypt a TCP connection; all that follows goes over TLS. */
  public SSLSocket encrypt(SSLContext context, String... protocols) throws IOException {
    SSLSocket secured =
        (SSLSocket) context.getSocketFactory().createSocket(socket.socket(), "localhost", 0, true);
    if (protocols.length > 0) {
      secured.setEnabledProtocols(protocols);
    }
    secured.startHandshake();
    in = Channels.newChannel(secured.getInputStream());
    out = Channels.newChannel(secured.getOutputStream());
    return secured;
  }

  /** Agree on TLS and encrypt. */
  public SSLSocket startTls(SSLContext context, String... protocols) throws IOException {
    option(STARTTLS);
    OptionReply reply = reply();
    if (reply.type() != ACK) {
      throw new IOException("no TLS: " + reply.text());
    }
    return encrypt(context, protocols);
  }

  public ByteBuffer receive(int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        throw new EOFException("the server closed after " + buffer.position() + " of " + count);
      }
    }
    return buffer.flip();
  }

  /** Receive until the server closes, and tell whether that was at once. */
  public boolean isClosed() throws IOException {
    try {
      return in.read(ByteBuffer.allocate(1)) < 0;
    } catch (SSLException | SocketException e) {
      return true;
    }
  }

  public static ByteBuffer optionHeader(int option, int length) {
    return ByteBuffer.allocate(16).putLong(IHAVEOPT).putInt(option).putInt(length);
  }

  public void option(int option, byte... data) throws IOException {
    send(
        ByteBuffer.allocate(16 + data.length)
            .put(optionHeader(option, data.length).flip())
            .put(data));
  }

  public OptionReply reply() throws IOException {
    ByteBuffer header = receive(20);
    if (header.getLong() != OPTION_REPLY) {
      throw new IOException("not an option reply");
    }
    int option = header.getInt();
    int type = header.getInt();
    return new OptionReply(option, type, receive(header.getInt()).array());
  }

  /** Receive replies up to the acknowledgement or an error, which is the last. */
  public List<OptionReply> replies() throws IOException {
    List<OptionReply> all = new ArrayList<>();
    do {
      all.add(reply());
    } while (all.getLast().type() != ACK && all.getLast().type() > 0);
    return all;
  }

  public static byte[] infoPayload(String name, int... infos) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer payload = ByteBuffer.allocate(6 + bytes.length + 2 * infos.length);
    payload.putInt(bytes.length).put(bytes).putShort((short) infos.length);
    for (int info : infos) {
      payload.putShort((short) info);
    }
    return payload.array();
  }

  public static byte[] metaPayload(String name, String... queries) {
    ByteBuffer payload = ByteBuffer.allocate(1 << 16);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    payload.putInt(bytes.length).put(bytes).putInt(queries.length);
    for (String query : queries) {
      byte[] text = query.getBytes(StandardCharsets.UTF_8);
      payload.putInt(text.length).put(text);
    }
    byte[] result = new byte[payload.position()];
    payload.flip().get(result);
    return result;
  }

  /** Agree on structured replies and base:allocation, and go. */
  public RawClient goStructured(String name) throws IOException {
    greet();
    option(STRUCTURED_REPLY);
    replies();
    option(SET_META, metaPayload(name, "base:allocation"));
    replies();
    return go(name);
  }

  /** Agree on extended headers and base:allocation, and go. */
  public RawClient goExtended(String name) throws IOException {
    greet();
    option(EXTENDED_HEADERS);
    replies();
    option(SET_META, metaPayload(name, "base:allocation"));
    replies();
    return go(name);
  }

  /** Go to transmission. */
  public RawClient go(String name) throws IOException {
    option(GO, infoPayload(name));
    List<OptionReply> replies = replies();
    if (replies.getLast().type() != ACK) {
      throw new IOException("refused: " + replies.getLast().text());
    }
    ByteBuffer export = replies.getFirst().bytes();
    export.getShort();
    size = export.getLong();
    flags = export.getShort() & 0xffff;
    return this;
  }

  public static ByteBuffer requestHeader(
      int type, int flags, long cookie, long offset, long count) {
    return ByteBuffer.allocate(28)
        .putInt(REQUEST)
        .putShort((short) flags)
        .putShort((short) type)
        .putLong(cookie)
        .putLong(offset)
        .putInt((int) count);
  }

  public static ByteBuffer extendedHeader(
      int type, int flags, long cookie, long offset, long count) {
    return ByteBuffer.allocate(32)
        .putInt(EXTENDED_REQUEST)
        .putShort((short) flags)
        .putShort((short) type)
        .putLong(cookie)
        .putLong(offset)
        .putLong(count);
  }

  /** Send a request with an extended header. */
  public void extended(int type, int flags, long cookie, long offset, long count)
      throws IOException {
    send(extendedHeader(type, flags, cookie, offset, count));
  }

  /** Send a request with an extended header and a payload. */
  public void extended(int type, int flags, long cookie, long offset, byte[] payload)
      throws IOException {
    send(
        ByteBuffer.allocate(32 + payload.length)
            .put(extendedHeader(type, flags | PAYLOAD_LEN, cookie, offset, payload.length).flip())
            .put(payload));
  }

  public void request(int type, int flags, long cookie, long offset, long count)
      throws IOException {
    send(requestHeader(type, flags, cookie, offset, count));
  }

  public void write(int flags, long cookie, long offset, byte[] data) throws IOException {
    send(
        ByteBuffer.allocate(28 + data.length)
            .put(requestHeader(WRITE, flags, cookie, offset, data.length).flip())
            .put(data));
  }

  /** Receive a chunk, or a simple reply without data. */
  public Chunk chunk() throws IOException {
    int magic = receive(4).getInt();
    if (magic == SIMPLE) {
      ByteBuffer rest = receive(12);
      byte[] error = new byte[4];
      rest.get(error);
      return new Chunk(1, -1, rest.getLong(), error);
    }
    if (magic == EXTENDED_REPLY) {
      ByteBuffer header = receive(28);
      int flags = header.getShort();
      int type = header.getShort() & 0xffff;
      long cookie = header.getLong();
      repliedOffset = header.getLong();
      return new Chunk(flags, type, cookie, receive((int) header.getLong()).array());
    }
    if (magic != STRUCTURED) {
      throw new IOException("out of step: 0x" + Integer.toHexString(magic));
    }
    ByteBuffer header = receive(16);
    int flags = header.getShort();
    int type = header.getShort() & 0xffff;
    long cookie = header.getLong();
    return new Chunk(flags, type, cookie, receive(header.getInt()).array());
  }

  /** Receive all chunks of one reply. */
  public List<Chunk> chunks() throws IOException {
    List<Chunk> all = new ArrayList<>();
    do {
      all.add(chunk());
    } while ((all.getLast().flags() & 1) == 0);
    return all;
  }

  /** Receive the bytes of a read's structured reply, from any number of chunks. */
  public static byte[] assemble(List<Chunk> chunks, long offset, int count) {
    byte[] result = new byte[count];
    int covered = 0;
    for (Chunk chunk : chunks) {
      ByteBuffer bytes = chunk.bytes();
      int at = (int) (bytes.getLong() - offset);
      if (chunk.type() == 1) {
        covered += bytes.remaining();
        bytes.get(result, at, bytes.remaining());
      } else if (chunk.type() == 2) {
        covered += bytes.getInt();
      } else {
        throw new AssertionError("not a content chunk: " + chunk.type());
      }
    }
    if (covered != count) {
      throw new AssertionError(covered + " bytes of " + count);
    }
    return result;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
