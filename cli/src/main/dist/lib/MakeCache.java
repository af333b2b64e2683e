import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Has a server do what servers do, under a JVM that notes which classes that takes: {@code java
 * MakeCache.java NBDJ CACHE}. When the server stops the JVM writes the cache.
 */
final class MakeCache {
  /**
   * With profiles of methods in the cache the JVM compiles a hundred at once when it starts, which
   * takes memory that it keeps, and makes nothing faster that can be measured.
   */
  private static final String NO_PROFILES =
      "-XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining";

  private static final int REQUESTS = 2000;
  private static final int BLOCK = 4096;
  private static final int BLOCKS = 256;
  private static final int WRITE = 1;

  private MakeCache() {}

  public static void main(String[] words) throws Exception {
    Path folder = Files.createTempDirectory("nbdj-cache");
    Path socket = folder.resolve("socket");
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(words[0], "-U", socket.toString(), "memory", BLOCK * BLOCKS + "");
    builder.environment().put("NBDJ_OPTS", NO_PROFILES + " -XX:AOTCacheOutput=" + words[1]);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Process server = builder.start();
    try {
      while (!use(socket)) {
        if (server.waitFor(20, TimeUnit.MILLISECONDS)) {
          throw new IOException("the server ended");
        }
      }
      server.destroy();
      if (!server.waitFor(5, TimeUnit.MINUTES) || server.exitValue() != 0) {
        throw new IOException("the server did not end well");
      }
      if (!Files.exists(Path.of(words[1]))) {
        throw new IOException("there is no cache");
      }
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "\n" + Files.readString(log), e);
    } finally {
      server.destroyForcibly();
      Files.deleteIfExists(socket);
      Files.deleteIfExists(log);
      Files.deleteIfExists(folder);
    }
  }

  /**
   * Be a client of fixed newstyle that opens the default export, writes and reads.
   *
   * @return false if the server does not listen yet
   */
  private static boolean use(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (SocketException e) {
        return false;
      }
      DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
      DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
      in.skipNBytes(18);
      out.writeInt(3);
      // NBD_OPT_GO with an empty name and no information asked for.
      out.write("IHAVEOPT".getBytes(StandardCharsets.US_ASCII));
      out.writeInt(7);
      out.writeInt(6);
      out.write(new byte[6]);
      int reply;
      do {
        in.skipNBytes(12);
        reply = in.readInt();
        in.skipNBytes(in.readInt());
      } while (reply == 3);
      if (reply != 1) {
        throw new IOException("the server refused its client: " + reply);
      }
      for (int i = 0; i < REQUESTS; i++) {
        request(in, out, i % 2 == 0 ? WRITE : 0, i % BLOCKS);
      }
      out.writeInt(0x25609513);
      out.writeInt(2);
      out.write(new byte[20]);
      return true;
    }
  }

  private static void request(DataInputStream in, DataOutputStream out, int type, int block)
      throws IOException {
    byte[] header = new byte[28 + (type == WRITE ? BLOCK : 0)];
    ByteBuffer.wrap(header)
        .putInt(0x25609513)
        .putInt(type)
        .putLong(block)
        .putLong((long) block * BLOCK)
        .putInt(BLOCK)
        .put(header.length - 1, (byte) block);
    out.write(header);
    in.skipNBytes(16 + (type == WRITE ? 0 : BLOCK));
  }
}
