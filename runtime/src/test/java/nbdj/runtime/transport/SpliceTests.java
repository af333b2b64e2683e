package nbdj.runtime.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@EnabledOnOs(OS.LINUX)
class SpliceTests {
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;

  /** The two ends of a connection. */
  private record Pair(Link link, SocketChannel client) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      link.close();
      client.close();
    }
  }

  private Pair connect(SocketAddress address) throws IOException {
    try (ServerSocketChannel server =
        address instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open()) {
      server.bind(address);
      SocketChannel client = SocketChannel.open(server.getLocalAddress());
      return new Pair(Links.of(server.accept()), client);
    }
  }

  private Pair connectUnix() throws IOException {
    return connect(UnixDomainSocketAddress.of(folder.resolve("socket")));
  }

  /** Get the splice of a link, which is there once the native calls are loaded. */
  private static Splice spliceOf(Link link) throws InterruptedException {
    @Nullable Splice splice = link.splice();
    while (splice == null) {
      Thread.sleep(10);
      splice = link.splice();
    }
    return splice;
  }

  private static FutureTask<Void> send(SocketChannel client, byte[] bytes) {
    FutureTask<Void> task =
        new FutureTask<>(() -> {
          ByteBuffer rest = ByteBuffer.wrap(bytes);
          while (rest.hasRemaining()) {
            client.write(rest);
          }
          return null;
        });
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static void receive(Splice splice, FileChannel file, long position, int count)
      throws IOException {
    for (int done = 0; done < count; ) {
      int got = splice.receive(count - done);
      assertTrue(got > 0, "received " + got);
      splice.write(file, position + done, got);
      done += got;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatArrives_isInTheFile(boolean unix) throws Exception {
    byte[] bytes = random(5 * MIB + 123);
    Path path = Files.write(folder.resolve("file"), new byte[100]);
    SocketAddress tcp = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Pair pair = unix ? connectUnix() : connect(tcp);
        FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      Splice splice = spliceOf(pair.link());
      FutureTask<Void> sent = send(pair.client(), bytes);
      receive(splice, file, 77, bytes.length);
      sent.get();
      byte[] expected = new byte[77 + bytes.length];
      System.arraycopy(bytes, 0, expected, 77, bytes.length);
      assertArrayEquals(expected, Files.readAllBytes(path));
    }
  }

  @Test
  void fileThatCannotBeWritten_failsAndLeavesNothingInThePipe() throws Exception {
    byte[] lost = random(200_000);
    byte[] bytes = random(200_001);
    Path path = Files.createFile(folder.resolve("file"));
    try (Pair pair = connectUnix();
        FileChannel readOnly = FileChannel.open(path, StandardOpenOption.READ);
        FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      Splice splice = spliceOf(pair.link());
      FutureTask<Void> sent = send(pair.client(), lost);
      for (int done = 0; done < lost.length; ) {
        int got = splice.receive(lost.length - done);
        done += got;
        assertThrows(NonWritableChannelException.class, () -> splice.write(readOnly, 0, got));
      }
      sent.get();
      sent = send(pair.client(), bytes);
      receive(splice, file, 0, bytes.length);
      sent.get();
      assertArrayEquals(bytes, Files.readAllBytes(path));
    }
  }

  @Test
  void clientThatHungUp_isAnEnd() throws Exception {
    try (Pair pair = connectUnix()) {
      Splice splice = spliceOf(pair.link());
      pair.client().close();
      assertEquals(0, splice.receive(100));
    }
  }

  @Test
  void linkClosedMeanwhile_endsTheWaitAndThereIsNoOtherSplice() throws Exception {
    try (Pair pair = connectUnix()) {
      Splice splice = spliceOf(pair.link());
      FutureTask<Integer> waits = new FutureTask<>(() -> splice.receive(100));
      Thread thread = Thread.ofPlatform().daemon().start(waits);
      while (thread.getState() == Thread.State.NEW) {
        Thread.onSpinWait();
      }
      Thread.sleep(50);
      pair.link().close();
      assertEquals(0, waits.get());
      assertEquals(0, splice.receive(100));
      pair.link().close();
      assertNotNull(pair.link());
    }
  }

  @Test
  void linkThatIsClosed_hasNoSplice() throws Exception {
    try (Pair pair = connectUnix()) {
      spliceOf(pair.link());
    }
    Pair pair = connect(UnixDomainSocketAddress.of(folder.resolve("other")));
    pair.close();
    assertNull(pair.link().splice());
  }

  @Test
  void linksMadeAndClosed_leaveNoDescriptor() throws Exception {
    try (Pair pair = connectUnix()) {
      spliceOf(pair.link());
    }
    long before = descriptors();
    for (int i = 0; i < 20; i++) {
      try (Pair pair = connect(UnixDomainSocketAddress.of(folder.resolve("s" + i)))) {
        spliceOf(pair.link());
      }
    }
    assertTrue(descriptors() < before + 20, before + " descriptors became " + descriptors());
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
