package nbdj.tck.blackbox;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A client that sends and receives exactly what a test says. For one thread. */
final class BareClient implements AutoCloseable {
  static final long GREETING = 0x4e42444d41474943L;
  static final long IHAVEOPT = 0x49484156454f5054L;
  static final long OPTION_REPLY = 0x3e889045565a9L;
  static final int REQUEST = 0x25609513;
  static final int EXTENDED_REQUEST = 0x21e41c71;
  static final int SIMPLE = 0x67446698;
  static final int STRUCTURED = 0x668e33ef;
  static final int EXTENDED = 0x6e8a278c;

  static final int OPT_EXPORT_NAME = 1;
  static final int OPT_ABORT = 2;
  static final int OPT_LIST = 3;
  static final int OPT_STARTTLS = 5;
  static final int OPT_INFO = 6;
  static final int OPT_GO = 7;
  static final int OPT_STRUCTURED_REPLY = 8;
  static final int OPT_LIST_META_CONTEXT = 9;
  static final int OPT_SET_META_CONTEXT = 10;
  static final int OPT_EXTENDED_HEADERS = 11;

  static final int REP_ACK = 1;
  static final int REP_SERVER = 2;
  static final int REP_INFO = 3;
  static final int REP_META_CONTEXT = 4;
  static final int REP_ERR_UNSUP = 0x80000001;
  static final int REP_ERR_POLICY = 0x80000002;
  static final int REP_ERR_INVALID = 0x80000003;
  static final int REP_ERR_UNKNOWN = 0x80000006;
  static final int REP_ERR_TOO_BIG = 0x80000009;
  static final int REP_ERR_EXT_HEADER_REQD = 0x8000000a;

  static final int READ_ONLY = 2;
  static final int SEND_FLUSH = 4;
  static final int SEND_FUA = 8;
  static final int SEND_TRIM = 32;
  static final int SEND_WRITE_ZEROES = 64;
  static final int SEND_DF = 128;
  static final int SEND_CACHE = 1024;
  static final int SEND_FAST_ZERO = 2048;
  static final int BLOCK_STATUS_PAYLOAD = 4096;

  static final int CMD_READ = 0;
  static final int CMD_WRITE = 1;
  static final int CMD_DISC = 2;
  static final int CMD_FLUSH = 3;
  static final int CMD_TRIM = 4;
  static final int CMD_CACHE = 5;
  static final int CMD_WRITE_ZEROES = 6;
  static final int CMD_BLOCK_STATUS = 7;

  static final int FUA = 1;
  static final int NO_HOLE = 2;
  static final int DF = 4;
  static final int REQ_ONE = 8;
  static final int PAYLOAD_LEN = 32;

  static final int EPERM = 1;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;

  private static final int DEFAULT_PORT = 10809;

  /** A reply to an option. */
  record OptionReply(int option, int type, ByteBuffer data) {}

  /**
   * A chunk, or a simple reply.
   *
   * @param type -1 for a simple reply, whose data begins with its error
   */
  record Chunk(int flags, int type, long cookie, long offset, ByteBuffer data) {
    int error() {
      return type == -1 || (type & 0x8000) != 0 ? data.getInt(0) : 0;
    }
  }

  private final SocketChannel channel;
  private final String exportName;
  private InputStream in;
  private OutputStream out;
  private boolean extended;

  /** The transmission flags, from {@link #go} on. */
  int flags;

  /** The size of the export, from {@link #go} on. */
  long size;

  /** Whether base:allocation was selected. */
  boolean hasAllocation;

  /** The number of base:allocation, which may be any. */
  int allocation;

  BareClient(URI uri) throws IOException {
    String query = uri.getQuery();
    if (query != null && query.startsWith("socket=")) {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(query.substring("socket=".length())));
    } else {
      int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
      channel = SocketChannel.open(new InetSocketAddress(uri.getHost(), port));
    }
    String path = uri.getPath();
    exportName = path == null || path.isEmpty() ? "" : path.substring(1);
    in = Channels.newInputStream(channel);
    out = Channels.newOutputStream(channel);
  }

  String exportName() {
    return exportName;
  }

  /** Put numbers, in big-endian order, and bytes one after the other. */
  static byte[] bytes(Object... parts) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
    for (Object part : parts) {
      switch (part) {
        case Short number -> buffer.putShort(number);
        case Integer number -> buffer.putInt(number);
        case Long number -> buffer.putLong(number);
        case String text -> buffer.put(text.getBytes(StandardCharsets.UTF_8));
        case byte[] array -> buffer.put(array);
        default -> throw new IllegalArgumentException("not to be sent: " + part);
      }
    }
    byte[] all = new byte[buffer.position()];
    buffer.flip().get(all);
    return all;
  }

  void send(Object... parts) throws IOException {
    out.write(bytes(parts));
    out.flush();
  }

  ByteBuffer receive(int count) throws IOException {
    byte[] all = in.readNBytes(count);
    if (all.length < count) {
      throw new EOFException("the server closed after %d bytes of %d".formatted(all.length, count));
    }
    return ByteBuffer.wrap(all);
  }

  /** Tell whether the server closes next, and sends nothing before. */
  boolean isClosed() throws IOException {
    try {
      return in.read() < 0;
    } catch (SSLException | SocketException e) {
      return true;
    }
  }

  /** Take the greeting and answer with flags. */
  int greet(int clientFlags) throws IOException {
    ByteBuffer greeting = receive(18);
    Clauses.same(GREETING, greeting.getLong(), "the first magic");
    Clauses.same(IHAVEOPT, greeting.getLong(), "the second magic");
    send(clientFlags);
    return greeting.getShort() & 0xffff;
  }

  /** Agree on TLS, over TCP, and encrypt what follows. */
  void startTls(SSLContext context) throws IOException {
    option(OPT_STARTTLS);
    Clauses.same(REP_ACK, reply().type(), "the reply to NBD_OPT_STARTTLS");
    Socket plain = channel.socket();
    SSLSocket secured =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 0, true);
    secured.startHandshake();
    in = secured.getInputStream();
    out = secured.getOutputStream();
  }

  void option(int option, Object... data) throws IOException {
    byte[] payload = bytes(data);
    send(IHAVEOPT, option, payload.length, payload);
  }

  OptionReply reply() throws IOException {
    ByteBuffer header = receive(20);
    Clauses.same(OPTION_REPLY, header.getLong(), "the magic of an option's reply");
    int option = header.getInt();
    int type = header.getInt();
    return new OptionReply(option, type, receive(header.getInt()));
  }

  /** Receive replies up to an acknowledgement or an error. */
  List<OptionReply> replies() throws IOException {
    List<OptionReply> all = new ArrayList<>();
    do {
      all.add(reply());
    } while (all.getLast().type() != REP_ACK && all.getLast().type() > 0);
    return all;
  }

  /** Write an export name with its length before it. */
  static byte[] text(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return bytes(encoded.length, encoded);
  }

  /** Select base:allocation for the export, if the server has it. */
  void selectAllocation() throws IOException {
    option(OPT_SET_META_CONTEXT, text(exportName), 1, text("base:allocation"));
    for (OptionReply reply : replies()) {
      if (reply.type() == REP_META_CONTEXT) {
        hasAllocation = true;
        allocation = reply.data().getInt();
      }
    }
  }

  /** Go to transmission. */
  BareClient go() throws IOException {
    option(OPT_GO, text(exportName), (short) 0);
    List<OptionReply> replies = replies();
    Clauses.same(REP_ACK, replies.getLast().type(), "the reply to NBD_OPT_GO");
    for (OptionReply reply : replies) {
      if (reply.type() == REP_INFO && reply.data().getShort() == 0) {
        size = reply.data().getLong();
        flags = reply.data().getShort() & 0xffff;
      }
    }
    return this;
  }

  /** Send extended headers from now on. */
  void useExtended() {
    extended = true;
  }

  void request(int type, int requestFlags, long cookie, long offset, long count)
      throws IOException {
    if (extended) {
      send(EXTENDED_REQUEST, (short) requestFlags, (short) type, cookie, offset, count);
    } else {
      send(REQUEST, (short) requestFlags, (short) type, cookie, offset, (int) count);
    }
  }

  /** Send a request with a payload, which is also its range unless headers are extended. */
  void payload(int type, int requestFlags, long cookie, long offset, byte[] data)
      throws IOException {
    request(type, requestFlags | (extended ? PAYLOAD_LEN : 0), cookie, offset, data.length);
    send(data);
  }

  /** Receive one simple reply, with so much data if it tells no error, or one chunk. */
  Chunk chunk(int dataOfSimple) throws IOException {
    int magic = receive(4).getInt();
    if (magic == SIMPLE) {
      ByteBuffer header = receive(12);
      int error = header.getInt();
      long cookie = header.getLong();
      ByteBuffer data = receive(error == 0 ? dataOfSimple : 0);
      return new Chunk(
          1,
          -1,
          cookie,
          0,
          ByteBuffer.allocate(4 + data.capacity()).putInt(error).put(data).flip());
    }
    Clauses.same(extended ? EXTENDED : STRUCTURED, magic, "the magic of a reply");
    ByteBuffer header = receive(extended ? 28 : 16);
    int chunkFlags = header.getShort();
    int type = header.getShort() & 0xffff;
    long cookie = header.getLong();
    long offset = extended ? header.getLong() : 0;
    long length = extended ? header.getLong() : header.getInt();
    return new Chunk(chunkFlags, type, cookie, offset, receive((int) length));
  }

  /** Receive a whole reply. */
  List<Chunk> answer(int dataOfSimple) throws IOException {
    List<Chunk> all = new ArrayList<>();
    do {
      all.add(chunk(dataOfSimple));
    } while ((all.getLast().flags() & 1) == 0);
    return all;
  }

  /** Put together what the chunks of a read hold. */
  static byte[] assemble(List<Chunk> chunks, long offset, int count) {
    byte[] result = new byte[count];
    int covered = 0;
    for (Chunk chunk : chunks) {
      ByteBuffer data = chunk.data().duplicate();
      switch (chunk.type()) {
        case -1 -> {
          data.getInt();
          covered += data.remaining();
          data.get(result);
        }
        case 1 -> {
          int at = (int) (data.getLong() - offset);
          covered += data.remaining();
          data.get(result, at, data.remaining());
        }
        case 2 -> {
          data.getLong();
          covered += data.getInt();
        }
        case 0 -> {}
        default -> throw new AssertionError("a chunk of type " + chunk.type());
      }
    }
    Clauses.same(count, covered, "the bytes of a read");
    return result;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
