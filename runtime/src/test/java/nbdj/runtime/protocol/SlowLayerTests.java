package nbdj.runtime.protocol;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.Flags;
import nbdj.api.ReadSink;
import nbdj.api.ThreadModel;
import nbdj.runtime.testing.MemoryExport;
import nbdj.runtime.testing.ProtocolServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers whose requests take long, with latches in place of time. */
@Timeout(60)
class SlowLayerTests {
  private static final int THREADS = 7;

  /** An export whose requests at odd offsets wait for permits. */
  private static final class Held extends MemoryExport {
    final Semaphore permits = new Semaphore(0);
    final Semaphore begun = new Semaphore(0);
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();

    Held() {
      super("", 1 << 20);
    }

    private void hold(long offset) {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      begun.release();
      if (offset % 2 == 1) {
        permits.acquireUninterruptibly();
      }
      running.decrementAndGet();
    }

    @Override
    public void read(long offset, long count, ReadSink sink) throws IOException {
      hold(offset);
      super.read(offset, count, sink);
    }

    @Override
    public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
      hold(offset);
      super.pwrite(buffer, offset, flags);
    }
  }

  private final Held export = new Held();

  private ProtocolServer server(ThreadModel model) throws IOException {
    return new ProtocolServer(model, THREADS, Duration.ofSeconds(30), Map.of("", export));
  }

  private static void await(Semaphore semaphore, int permits) throws InterruptedException {
    assertTrue(semaphore.tryAcquire(permits, 20, TimeUnit.SECONDS), "not that many requests began");
  }

  @Test
  void slowRequest_delaysNoOther() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL);
        RawClient client = server.client().greet().go("")) {
      client.request(CACHE, 0, 100, 0, 1);
      client.request(READ, 0, 1, 1, 1);
      client.request(CACHE, 0, 101, 0, 1);
      assertEquals(100, client.chunk().cookie());
      assertEquals(101, client.chunk().cookie());
      for (int i = 0; i < 100; i++) {
        client.write(0, i + 2, 0, new byte[100]);
        assertEquals(i + 2, client.chunk().cookie());
      }
      export.permits.release();
      assertEquals(1, client.chunk().cookie());
    }
  }

  @Test
  void repliesBeforeASlowRequest_areNotHeldBack() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL);
        RawClient client = server.client().greet().go("")) {
      ByteBuffer all = ByteBuffer.allocate(28 * 3);
      all.put(requestHeader(CACHE, 0, 1, 0, 1).flip());
      all.put(requestHeader(CACHE, 0, 2, 0, 1).flip());
      client.send(all.put(requestHeader(READ, 0, 3, 1, 1).flip()));
      assertEquals(1, client.chunk().cookie());
      assertEquals(2, client.chunk().cookie());
      export.permits.release();
      assertEquals(3, client.chunk().cookie());
    }
  }

  @Test
  void manyOutstanding_parallel_runUpToTheThreadsAllowed() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL);
        RawClient client = server.client().greet().go("")) {
      ByteBuffer all = ByteBuffer.allocate(64 * 30);
      for (int i = 0; i < 64; i++) {
        all.put(requestHeader(WRITE, 0, i, 1, 2).flip()).putShort((short) 7);
      }
      client.send(all);
      await(export.begun, THREADS);
      export.permits.release(64);
      Set<Long> cookies = new HashSet<>();
      for (int i = 0; i < 64; i++) {
        cookies.add(client.chunk().cookie());
      }
      assertEquals(64, cookies.size());
      assertEquals(THREADS, export.most.get());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PARALLEL")
  void manyOutstanding_serialised_runOneByOneInOrder(ThreadModel model) throws Exception {
    try (ProtocolServer server = server(model);
        RawClient client = server.client().greet().go("")) {
      for (int i = 0; i < 20; i++) {
        client.request(READ, 0, i, 1, 1);
      }
      export.permits.release(20);
      for (int i = 0; i < 20; i++) {
        assertEquals(i, client.chunk().cookie());
        client.receive(1);
      }
      assertEquals(1, export.most.get());
    }
  }

  @Test
  void writesHeld_keepTheirPayloads() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL);
        RawClient client = server.client().greet().go("")) {
      int count = 9000;
      for (int i = 0; i < THREADS - 1; i++) {
        byte[] data = new byte[count];
        java.util.Arrays.fill(data, (byte) (i + 1));
        client.write(0, i, 1 + i * 10_000L, data);
      }
      await(export.begun, THREADS - 1);
      client.write(0, 99, 100_000, new byte[200_000]);
      assertEquals(99, client.chunk().cookie());
      export.permits.release(THREADS);
      for (int i = 0; i < THREADS - 1; i++) {
        assertEquals(0, client.chunk().error());
      }
      for (int i = 0; i < THREADS - 1; i++) {
        client.request(READ, 0, 1, 2 + i * 10_000L, count - 1);
        client.receive(16);
        for (byte b : client.receive(count - 1).array()) {
          assertEquals(i + 1, b);
        }
      }
    }
  }

  /**
   * The layer looks fast when the write's header arrives and slow when its payload is there: the
   * next reader must not read over the payload.
   */
  @Test
  void writeArriving_whileOthersMakeTheLayerSlow_keepsItsPayload() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL);
        RawClient client = server.client().greet().go("")) {
      for (int i = 0; i < 4; i++) {
        client.write(0, i, 1 + i * 10L, new byte[10]);
      }
      await(export.begun, 4);
      for (int i = 0; i < 20; i++) {
        client.request(CACHE, 0, 100, 0, 1);
        client.chunk();
      }
      byte[] data = new byte[4096];
      java.util.Arrays.fill(data, (byte) 7);
      ByteBuffer write = ByteBuffer.allocate(28 + data.length);
      write.put(requestHeader(WRITE, 0, 50, 100_001, data.length).flip()).put(data);
      ByteBuffer beginning = ByteBuffer.allocate(128).put(write.slice(0, 128));
      client.send(beginning);
      // Nothing tells that the header has been looked at; without the wait the test is only weaker.
      Thread.sleep(50);
      export.permits.release(3);
      for (int i = 0; i < 3; i++) {
        assertEquals(0, client.chunk().error());
      }
      client.send(
          ByteBuffer.allocate(write.capacity() - 128)
              .put(write.slice(128, write.capacity() - 128)));
      await(export.begun, 1);
      client.write(0, 51, 0, new byte[8000]);
      assertEquals(51, client.chunk().cookie());
      export.permits.release(3);
      assertEquals(0, client.chunk().error());
      assertEquals(0, client.chunk().error());
      client.request(READ, 0, 1, 100_001, data.length);
      client.receive(16);
      assertArrayEquals(data, client.receive(data.length).array());
    }
  }

  @Test
  void disconnect_withRequestsInFlight_answersThemThenReleases() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL);
        RawClient client = server.client().greet().go("")) {
      for (int i = 0; i < 5; i++) {
        client.write(0, i, 1, new byte[10]);
      }
      await(export.begun, 5);
      client.request(DISC, 0, 0, 0, 0);
      assertEquals(0, server.releases.get());
      export.permits.release(5);
      for (int i = 0; i < 5; i++) {
        assertEquals(0, client.chunk().error());
      }
      assertTrue(client.isClosed());
      server.awaitEnd();
      assertEquals(1, server.releases.get());
    }
  }

  @Test
  void hangUp_withRequestsInFlight_releasesAfterTheLast() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL)) {
      try (RawClient client = server.client().greet().go("")) {
        for (int i = 0; i < 5; i++) {
          client.write(0, i, 1, new byte[10]);
        }
        await(export.begun, 5);
      }
      export.permits.release(4);
      while (export.running.get() > 1) {
        Thread.onSpinWait();
      }
      assertEquals(0, server.releases.get());
      export.permits.release();
      server.awaitEnd();
      assertEquals(1, server.releases.get());
    }
  }

  @Test
  void stop_withRequestsInFlight_answersThemAndNothingElse() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL);
        RawClient client = server.client().goStructured("")) {
      client.write(0, 1, 1, new byte[10]);
      client.write(0, 2, 1, new byte[10]);
      await(export.begun, 2);
      server.connections.keySet().forEach(Connection::beginStop);
      try {
        client.write(0, 3, 0, new byte[10]);
      } catch (IOException expected) {
        // Nobody receives it; a client that comes back sends it again.
      }
      export.permits.release(3);
      assertEquals(0, client.chunk().error());
      assertEquals(0, client.chunk().error());
      assertTrue(client.isClosed());
      server.awaitEnd();
      assertEquals(1, server.releases.get());
      assertEquals(0, export.begun.availablePermits());
    }
  }

  @Test
  void stop_withinAPayload_answersWhatRuns() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL);
        RawClient client = server.client().goStructured("")) {
      client.write(0, 1, 1, new byte[10]);
      await(export.begun, 1);
      client.request(WRITE, 0, 2, 0, 1 << 20);
      server.connections.keySet().forEach(Connection::beginStop);
      export.permits.release();
      assertEquals(1, client.chunk().cookie());
      assertTrue(client.isClosed());
      server.awaitEnd();
      assertEquals(1, server.releases.get());
    }
  }

  @Test
  void repliesNeverRead_bindOneClientOnly() throws Exception {
    try (ProtocolServer server = server(ThreadModel.PARALLEL);
        RawClient deaf = server.client().greet().go("");
        RawClient other = server.client().greet().go("")) {
      CountDownLatch stuck = new CountDownLatch(1);
      Thread sender =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int i = 0; i < 100_000; i++) {
                    deaf.request(READ, 0, i, 0, 1 << 20);
                  }
                } catch (IOException expected) {
                  stuck.countDown();
                }
              });
      for (int i = 0; i < 100; i++) {
        other.request(READ, 0, i, 0, 1 << 20);
        assertEquals(SIMPLE, other.receive(16 + (1 << 20)).getInt());
      }
      server.connections.keySet().forEach(Connection::abort);
      assertTrue(stuck.await(20, TimeUnit.SECONDS));
      sender.join();
      server.awaitEnd();
      assertEquals(2, server.releases.get());
    }
  }
}
