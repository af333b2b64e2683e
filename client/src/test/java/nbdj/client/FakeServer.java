package nbdj.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server that says exactly what a test has it say, right or wrong. */
final class FakeServer implements AutoCloseable {
  static final int FLAGS = 1 | 1 << 2 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 10 | 1 << 11;

  /** What is said to one client. */
  @FunctionalInterface
  interface Script {
    void run(Peer peer) throws Exception;
  }

  private final Path folder;
  private final ServerSocketChannel listener;
  private final List<FutureTask<Void>> running = new ArrayList<>();

  /** Serve clients in turn, the first with the first script. */
  FakeServer(Script... scripts) throws IOException {
    this(false, scripts);
  }

  private FakeServer(boolean tcp, Script... scripts) throws IOException {
    folder = Files.createTempDirectory("nbdj-client");
    if (tcp) {
      listener = ServerSocketChannel.open();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } else {
      listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket()));
    }
    FutureTask<Void> accepting =
        new FutureTask<>(() -> {
          for (Script script : scripts) {
            SocketChannel channel = listener.accept();
            start(
                new FutureTask<>(() -> {
                  try (Peer peer = new Peer(channel)) {
                    script.run(peer);
                  } catch (ClientGone e) {
                    // Whether it may go in the middle of a reply is for the test to say.
                  }
                  return null;
                }));
          }
          return null;
        });
    start(accepting);
  }

  /** Serve at a port of the loopback interface. */
  static FakeServer tcp(Script... scripts) throws IOException {
    return new FakeServer(true, scripts);
  }

  private void start(FutureTask<Void> task) {
    synchronized (running) {
      running.add(task);
    }
    Thread.ofPlatform().daemon().name("fake-server").start(task);
  }

  private Path socket() {
    return folder.resolve("socket");
  }

  URI uri() {
    return uri("");
  }

  /** Get the URI at the port. */
  URI tcpUri() throws IOException {
    InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
    return URI.create("nbd://localhost:%d/disk".formatted(address.getPort()));
  }

  URI uri(String export) {
    return URI.create("nbd+unix:///%s?socket=%s".formatted(export, socket()));
  }

  NbdClient connect() throws NbdClientException {
    return NbdClient.connect(uri());
  }

  /** Wait for the scripts to end, and fail with what made one of them fail. */
  void awaitScripts() throws IOException {
    try {
      for (int i = 0; i < count(); i++) {
        task(i).get(20, TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the script failed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Wait for the scripts to end, and stop. */
  @Override
  public void close() throws IOException {
    try {
      awaitScripts();
    } finally {
      listener.close();
      Files.deleteIfExists(socket());
      Files.deleteIfExists(folder);
    }
  }

  private int count() {
    synchronized (running) {
      return running.size();
    }
  }

  private FutureTask<Void> task(int index) {
    synchronized (running) {
      return running.get(index);
    }
  }

  /** Put numbers, in big-endian order, and texts one after the other. */
  static byte[] bytes(Object... parts) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (Object part : parts) {
      switch (part) {
        case Short number -> buffer.putShort(number);
        case Integer number -> buffer.putInt(number);
        case Long number -> buffer.putLong(number);
        case String text -> buffer.put(text.getBytes(StandardCharsets.UTF_8));
        case byte[] bytes -> buffer.put(bytes);
        default -> throw new IllegalArgumentException("not to be sent: " + part);
      }
    }
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }

  /** An option that a client sent. */
  record Option(int number, ByteBuffer data) {
    /** Take the export name in front. */
    String name() {
      byte[] name = new byte[data.getInt()];
      data.get(name);
      return new String(name, StandardCharsets.UTF_8);
    }
  }

  /** A request that a client sent. */
  record Asked(int flags, int type, long cookie, long offset, long count, ByteBuffer data) {}

  /** The client has closed the connection while it was being sent something. */
  private static final class ClientGone extends IOException {
    private static final long serialVersionUID = 1;

    ClientGone(IOException cause) {
      super("the client has gone", cause);
    }
  }

  /** One client, seen by the server. */
  static final class Peer implements AutoCloseable {
    private final SocketChannel channel;
    final DataInputStream in;
    private final DataOutputStream out;

    private Peer(SocketChannel channel) {
      this.channel = channel;
      this.in = new DataInputStream(Channels.newInputStream(channel));
      this.out = new DataOutputStream(Channels.newOutputStream(channel));
    }

    void send(Object... parts) throws IOException {
      byte[] bytes = bytes(parts);
      try {
        out.write(bytes);
      } catch (IOException e) {
        throw new ClientGone(e);
      }
    }

    /** Greet as a server of fixed newstyle does, and get the client's flags. */
    int greet() throws IOException {
      return greet(3);
    }

    int greet(int flags) throws IOException {
      send(Protocol.GREETING, Protocol.OPTION_MAGIC, (short) flags);
      return in.readInt();
    }

    Option option() throws IOException {
      assertEquals(Protocol.OPTION_MAGIC, in.readLong());
      int number = in.readInt();
      return new Option(number, ByteBuffer.wrap(in.readNBytes(in.readInt())));
    }

    /** Receive an option that must be a certain one; extended headers are refused before it. */
    Option option(int number) throws IOException {
      Option option = option();
      if (option.number() == Protocol.OPT_EXTENDED_HEADERS && option.number() != number) {
        reply(option.number(), 1 << 31 | 1, "unknown here");
        option = option();
      }
      assertEquals(Protocol.option(number), Protocol.option(option.number()));
      return option;
    }

    void reply(int option, int type, Object... parts) throws IOException {
      byte[] data = bytes(parts);
      send(Protocol.OPTION_REPLY_MAGIC, option, type, data.length, data);
    }

    /** Receive an option and acknowledge it. */
    void agree(int number) throws IOException {
      option(number);
      reply(number, Protocol.REP_ACK);
    }

    /** Receive an option and say that it is unknown. */
    void disagree(int number) throws IOException {
      option(number);
      reply(number, 1 << 31 | 1, "unknown here");
    }

    /** Agree on structured replies and base:allocation, which gets the number 7. */
    void agreeOnAll() throws IOException {
      agree(Protocol.OPT_STRUCTURED_REPLY);
      option(Protocol.OPT_SET_META_CONTEXT);
      reply(Protocol.OPT_SET_META_CONTEXT, Protocol.REP_META_CONTEXT, 7, "base:allocation");
      reply(Protocol.OPT_SET_META_CONTEXT, Protocol.REP_ACK);
    }

    /** Show an export in answer to INFO or GO. */
    void show(int option, long size, int flags) throws IOException {
      reply(option, Protocol.REP_INFO, (short) Protocol.INFO_EXPORT, size, (short) flags);
      reply(option, Protocol.REP_ACK);
    }

    /** Lead the whole handshake of a client that connects. */
    Peer serve(long size) throws IOException {
      greet();
      agreeOnAll();
      option(Protocol.OPT_GO);
      show(Protocol.OPT_GO, size, FLAGS);
      return this;
    }

    /** Lead the whole handshake without structured replies. */
    Peer serveSimple(long size) throws IOException {
      greet();
      disagree(Protocol.OPT_STRUCTURED_REPLY);
      option(Protocol.OPT_GO);
      show(Protocol.OPT_GO, size, FLAGS);
      return this;
    }

    /** Lead the whole handshake of a client that connects, with extended headers. */
    Peer serveExtended(long size) throws IOException {
      greet();
      agree(Protocol.OPT_EXTENDED_HEADERS);
      option(Protocol.OPT_SET_META_CONTEXT);
      reply(Protocol.OPT_SET_META_CONTEXT, Protocol.REP_META_CONTEXT, 7, "base:allocation");
      reply(Protocol.OPT_SET_META_CONTEXT, Protocol.REP_ACK);
      option(Protocol.OPT_GO);
      show(Protocol.OPT_GO, size, FLAGS | 1 << 12);
      return this;
    }

    /** Receive a request with an extended header. */
    Asked extendedRequest() throws IOException {
      assertEquals(Protocol.EXTENDED_REQUEST_MAGIC, in.readInt());
      int flags = in.readUnsignedShort();
      int type = in.readUnsignedShort();
      long cookie = in.readLong();
      long offset = in.readLong();
      long count = in.readLong();
      boolean payload = (flags & Protocol.FLAG_PAYLOAD_LEN) != 0;
      byte[] data = in.readNBytes(payload ? (int) count : 0);
      return new Asked(flags, type, cookie, offset, count, ByteBuffer.wrap(data));
    }

    /** Send the last chunk, with an extended header. */
    void lastExtended(Asked asked, int type, Object... parts) throws IOException {
      byte[] data = bytes(parts);
      short flags = Protocol.CHUNK_DONE;
      send(Protocol.EXTENDED_REPLY_MAGIC, flags, (short) type, asked.cookie(), asked.offset());
      send((long) data.length, data);
    }

    Asked request() throws IOException {
      assertEquals(Protocol.REQUEST_MAGIC, in.readInt());
      int flags = in.readUnsignedShort();
      int type = in.readUnsignedShort();
      long cookie = in.readLong();
      long offset = in.readLong();
      long count = in.readInt() & 0xffff_ffffL;
      byte[] data = in.readNBytes(type == Command.WRITE.number() ? (int) count : 0);
      return new Asked(flags, type, cookie, offset, count, ByteBuffer.wrap(data));
    }

    void simple(Asked asked, int error) throws IOException {
      send(Protocol.SIMPLE_REPLY_MAGIC, error, asked.cookie());
    }

    /** Send a chunk that is not the last. */
    void chunk(Asked asked, int type, Object... parts) throws IOException {
      chunk(asked, 0, type, parts);
    }

    /** Send the last chunk. */
    void last(Asked asked, int type, Object... parts) throws IOException {
      chunk(asked, Protocol.CHUNK_DONE, type, parts);
    }

    private void chunk(Asked asked, int flags, int type, Object... parts) throws IOException {
      byte[] data = bytes(parts);
      send(Protocol.STRUCTURED_REPLY_MAGIC, (short) flags, (short) type, asked.cookie());
      send(data.length, data);
    }

    /** Wait until the client has closed its side, whatever it still sends and leaves unread. */
    void awaitEnd() throws IOException {
      try {
        in.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw new ClientGone(e);
      }
    }

    /** Receive the goodbye. */
    void awaitGoodbye() throws IOException {
      assertEquals(Command.DISCONNECT.number(), request().type());
      assertEquals(-1, in.read());
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
