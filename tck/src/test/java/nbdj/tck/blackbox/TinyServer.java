package nbdj.tck.blackbox;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of one export in an array, which is correct but for the lies that it is told. */
final class TinyServer implements AutoCloseable {
  /** What it does wrong. */
  enum Lie {
    READ_ONLY_BUT_WRITES,
    NO_TRIM_BUT_TRIMS,
    SHORT_READS,
    HANGS_UP_PAST_THE_END,
    EIO_PAST_THE_END,
    OTHER_SIZE_IN_GO,
    OTHER_SIZE_IN_EXPORT_NAME,
    CONTEXT_LISTED_BUT_NOT_SELECTED,
    CONTEXTS_WITHOUT_STRUCTURED_REPLIES,
    OWN_COPY_FOR_EACH_CLIENT,
    NEVER_FLUSHES,
    OTHER_BYTES_IN_SIMPLE_REPLIES,
    EXTENT_PAST_THE_END,
    HOLES_EVERYWHERE,
    ANY_NAME,
    NO_DEFAULT,
    LOSES_ODD_WRITES,
    UNKNOWN_FLAGS_TAKEN,
    TWO_REPLIES_TO_FLUSH
  }

  private static final int SIZE = (1 << 20) + 512;
  private static final int UNSUPPORTED = 1 << 31 | 1;
  private static final int INVALID = 1 << 31 | 3;
  private static final int UNKNOWN = 1 << 31 | 6;

  private final Set<Lie> lies = EnumSet.noneOf(Lie.class);
  private final Path folder;
  private final ServerSocketChannel listener;
  private final CopyOnWriteArrayList<SocketChannel> clients = new CopyOnWriteArrayList<>();
  private final byte[] content = new byte[SIZE];

  TinyServer(Lie... told) throws IOException {
    lies.addAll(Arrays.asList(told));
    Arrays.fill(content, 0, SIZE / 2, (byte) 7);
    folder = Files.createTempDirectory("nbdj-tiny");
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
    Thread.ofPlatform().daemon().name("tiny-accept").start(this::accept);
  }

  URI uri() {
    return URI.create("nbd+unix:///?socket=" + folder.resolve("socket"));
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SocketChannel client : clients) {
      client.close();
    }
    Files.deleteIfExists(folder.resolve("socket"));
    Files.deleteIfExists(folder);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = listener.accept();
        clients.add(client);
        Thread.ofPlatform().daemon().name("tiny-client").start(() -> serve(client));
      }
    } catch (IOException closed) {
      // The end of the test.
      clients.clear();
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      new Peer(client).run();
    } catch (IOException gone) {
      // A client that leaves is none of the server's business.
      clients.remove(client);
    }
  }

  private boolean lies(Lie lie) {
    return lies.contains(lie);
  }

  /** One client. */
  private final class Peer {
    private final DataInputStream in;
    private final DataOutputStream out;
    private final byte[] disk;
    private int size = SIZE;
    private boolean structured;
    private boolean context;

    Peer(SocketChannel client) {
      in = new DataInputStream(Channels.newInputStream(client));
      out = new DataOutputStream(Channels.newOutputStream(client));
      disk = lies(Lie.OWN_COPY_FOR_EACH_CLIENT) ? content.clone() : content;
    }

    void run() throws IOException {
      send(0x4e42444d41474943L, 0x49484156454f5054L, (short) 3);
      in.readInt();
      while (in.readLong() == 0x49484156454f5054L) {
        int option = in.readInt();
        int length = in.readInt();
        if (length < 0 || length > 65536) {
          return;
        }
        if (option(option, ByteBuffer.wrap(in.readNBytes(length)))) {
          transmit();
          return;
        }
      }
    }

    /** Answer an option, and tell whether it was the last. */
    private boolean option(int option, ByteBuffer data) throws IOException {
      switch (option) {
        case 1 -> {
          size = lies(Lie.OTHER_SIZE_IN_EXPORT_NAME) ? SIZE - 1 : SIZE;
          send((long) size, (short) flags());
          return true;
        }
        case 2 -> {
          reply(option, 1);
          throw new IOException("the client leaves");
        }
        case 3 -> {
          reply(option, 2, 0, "a tiny disk");
          reply(option, 1);
        }
        case 6, 7 -> {
          return info(option, data);
        }
        case 8 -> {
          structured = true;
          reply(option, 1);
        }
        case 9, 10 -> contexts(option, data);
        default -> reply(option, UNSUPPORTED);
      }
      return false;
    }

    private boolean info(int option, ByteBuffer data) throws IOException {
      String name = name(data);
      if ((name.equals("missing") && !lies(Lie.ANY_NAME)) || lies(Lie.NO_DEFAULT)) {
        reply(option, UNKNOWN, "no such export");
        return false;
      }
      size = option == 7 && lies(Lie.OTHER_SIZE_IN_GO) ? SIZE - 512 : SIZE;
      reply(option, 3, (short) 0, (long) size, (short) flags());
      reply(option, 1);
      return option == 7;
    }

    private void contexts(int option, ByteBuffer data) throws IOException {
      if (!structured && !lies(Lie.CONTEXTS_WITHOUT_STRUCTURED_REPLIES)) {
        reply(option, INVALID, "structured replies first");
        return;
      }
      name(data);
      boolean found = data.getInt() == 0;
      while (data.hasRemaining()) {
        found |= name(data).equals("base:allocation");
      }
      if (found && !(option == 10 && lies(Lie.CONTEXT_LISTED_BUT_NOT_SELECTED))) {
        context |= option == 10;
        reply(option, 4, 5, "base:allocation");
      }
      reply(option, 1);
    }

    private static String name(ByteBuffer data) {
      byte[] name = new byte[data.getInt()];
      data.get(name);
      return new String(name, StandardCharsets.UTF_8);
    }

    private int flags() {
      int trim = lies(Lie.NO_TRIM_BUT_TRIMS) ? 0 : 1 << 5;
      int readOnly = lies(Lie.READ_ONLY_BUT_WRITES) ? 1 << 1 : 0;
      return 1 | readOnly | 1 << 2 | 1 << 3 | trim | 1 << 6 | 1 << 8;
    }

    private void transmit() throws IOException {
      while (in.readInt() == 0x25609513) {
        int flags = in.readUnsignedShort();
        int type = in.readUnsignedShort();
        long cookie = in.readLong();
        long offset = in.readLong();
        long count = in.readInt() & 0xffff_ffffL;
        byte[] data = in.readNBytes(type == 1 ? (int) count : 0);
        if (type == 2 || data.length < (type == 1 ? count : 0)) {
          return;
        }
        int error = check(type, flags, offset, count);
        if (error != 0) {
          error(cookie, error);
        } else {
          serve(type, flags, cookie, (int) offset, (int) count, data);
        }
      }
    }

    private int check(int type, int flags, long offset, long count) throws IOException {
      int known = type == 6 ? 1 | 2 : type == 7 ? 8 : 1;
      if ((flags & ~known) != 0 && !lies(Lie.UNKNOWN_FLAGS_TAKEN)) {
        return 22;
      }
      if (offset < 0 || offset > size - count) {
        if (lies(Lie.HANGS_UP_PAST_THE_END)) {
          throw new IOException("past the end");
        }
        return lies(Lie.EIO_PAST_THE_END) ? 5 : type == 1 ? 28 : 22;
      }
      boolean offered = type != 5 && (type != 7 || context);
      return type > 7 || !offered ? 22 : 0;
    }

    private void serve(int type, int flags, long cookie, int offset, int count, byte[] data)
        throws IOException {
      synchronized (content) {
        switch (type) {
          case 0 -> {
            read(cookie, offset, count);
            return;
          }
          case 1 -> {
            if (count != 65537 || !lies(Lie.LOSES_ODD_WRITES)) {
              System.arraycopy(data, 0, disk, offset, count);
            }
          }
          case 4, 6 -> Arrays.fill(disk, offset, offset + count, (byte) 0);
          case 7 -> {
            status(cookie, offset, count, (flags & 8) != 0);
            return;
          }
          default -> {
            if (lies(Lie.NEVER_FLUSHES)) {
              return;
            }
            if (lies(Lie.TWO_REPLIES_TO_FLUSH)) {
              done(cookie);
            }
          }
        }
      }
      done(cookie);
    }

    private void read(long cookie, int offset, int count) throws IOException {
      byte[] bytes = Arrays.copyOfRange(disk, offset, offset + count);
      if (!structured) {
        if (lies(Lie.OTHER_BYTES_IN_SIMPLE_REPLIES)) {
          bytes[0] ^= 1;
        }
        send(0x67446698, 0, cookie, bytes);
        return;
      }
      if (lies(Lie.SHORT_READS) && count > 3) {
        bytes = Arrays.copyOf(bytes, count - 3);
      }
      chunk(cookie, 1, (long) offset, bytes);
    }

    /** Tell runs of zeroes, but a byte before the end of the range at the latest. */
    private void status(long cookie, int offset, int count, boolean one) throws IOException {
      boolean zero = disk[offset] == 0 || lies(Lie.HOLES_EVERYWHERE);
      int end = offset;
      while (end < offset + count && (lies(Lie.HOLES_EVERYWHERE) || (disk[end] == 0) == zero)) {
        end++;
      }
      boolean past = end == SIZE && !one && lies(Lie.EXTENT_PAST_THE_END);
      chunk(cookie, 5, 5, end - offset + (past ? 512 : 0), zero ? 2 : 0);
    }

    private void done(long cookie) throws IOException {
      send(0x67446698, 0, cookie);
    }

    private void error(long cookie, int error) throws IOException {
      if (structured) {
        chunk(cookie, 1 << 15 | 1, error, (short) 4, "no: ");
      } else {
        send(0x67446698, error, cookie);
      }
    }

    private void chunk(long cookie, int type, Object... parts) throws IOException {
      byte[] data = bytes(parts);
      send(0x668e33ef, (short) 1, (short) type, cookie, data.length, data);
    }

    private void reply(int option, int type, Object... parts) throws IOException {
      byte[] data = bytes(parts);
      send(0x3e889045565a9L, option, type, data.length, data);
    }

    private void send(Object... parts) throws IOException {
      out.write(bytes(parts));
    }
  }

  /** Put numbers, in big-endian order, and texts one after the other. */
  private static byte[] bytes(Object... parts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (Object part : parts) {
      switch (part) {
        case Short number -> out.writeShort(number);
        case Integer number -> out.writeInt(number);
        case Long number -> out.writeLong(number);
        case String text -> out.write(text.getBytes(StandardCharsets.UTF_8));
        case byte[] data -> out.write(data);
        default -> throw new IllegalArgumentException("not to be sent: " + part);
      }
    }
    return bytes.toByteArray();
  }
}
