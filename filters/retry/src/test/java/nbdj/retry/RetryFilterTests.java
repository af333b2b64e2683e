package nbdj.retry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import nbdj.api.ConfigException;
import nbdj.api.ThreadModel;
import nbdj.client.CommandFlag;
import nbdj.client.Extent;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RetryFilterTests {
  private final FrailDisk disk = new FrailDisk();

  private static NbdServer serve(FrailDisk disk, String... parameters) throws IOException {
    NbdServerBuilder builder =
        NbdServer.builder().filter(new RetryFilter()).plugin(disk).privateSocket();
    if (List.of(parameters).stream().noneMatch(p -> p.startsWith("retry-delay="))) {
      builder.config("retry-delay", "1ms");
    }
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      builder.config(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return builder.start();
  }

  /** A request of each kind. */
  enum Kind {
    READ {
      @Override
      void run(NbdClient client) throws IOException {
        assertArrayEquals(new byte[] {7, 0}, client.read(0, 2));
      }
    },
    WRITE {
      @Override
      void run(NbdClient client) throws IOException {
        client.write(new byte[] {1, 2}, 100);
        assertArrayEquals(new byte[] {1, 2}, client.read(100, 2));
      }
    },
    FLUSH {
      @Override
      void run(NbdClient client) throws IOException {
        client.flush();
      }
    },
    TRIM {
      @Override
      void run(NbdClient client) throws IOException {
        client.trim(0, 512);
      }
    },
    ZERO {
      @Override
      void run(NbdClient client) throws IOException {
        client.writeZeroes(0, 512);
      }
    },
    EXTENTS {
      @Override
      void run(NbdClient client) throws IOException {
        assertEquals(
            List.of(new Extent(0, 1, 0), new Extent(1, 511, 2)), client.allocation(0, 512));
      }
    };

    abstract void run(NbdClient client) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void handleBreaks_request_isDoneOnAnotherOne(Kind kind) throws IOException {
    disk.content[0] = 7;
    try (NbdServer server = serve(disk);
        NbdClient client = NbdClient.connect(server.uri())) {
      disk.breaks.set(2);
      kind.run(client);
      assertEquals(3, disk.opens.get());
      assertEquals(2, disk.closes.get());
    }
    assertEquals(disk.opens.get(), disk.closes.get());
  }

  @Test
  void handleBreaks_metadataContext_isToldByAnotherOne() throws IOException {
    try (NbdServer server = serve(disk);
        NbdClient client = NbdClient.builder().metaContexts("x-frail:map").connect(server.uri())) {
      disk.breaks.set(1);
      assertEquals(
          List.of(new Extent(0, 1, 5), new Extent(1, 511, 6)),
          client.blockStatus(0, 512).get("x-frail:map"));
      assertEquals(2, disk.opens.get());
    }
  }

  @Test
  void handleBreaks_anotherOneWithoutTheContext_failsTheRequestAtOnce() throws IOException {
    try (NbdServer server = serve(disk);
        NbdClient client = NbdClient.builder().metaContexts("x-frail:map").connect(server.uri())) {
      disk.contexts = List.of();
      disk.breaks.set(1);
      NbdServerException failure =
          assertThrows(NbdServerException.class, () -> client.blockStatus(0, 512));
      assertEquals(
          "the disk, opened again, does not offer the metadata context x-frail:map",
          failure.serverText());
      assertEquals(2, disk.opens.get());
    }
  }

  @Test
  void onlyOneHandleAllowed_handleBreaks_isClosedBeforeTheNextIsOpened() throws IOException {
    FrailDisk single = new FrailDisk(ThreadModel.SERIALIZE_CONNECTIONS);
    try (NbdServer server = serve(single);
        NbdClient client = NbdClient.connect(server.uri())) {
      single.breaks.set(1);
      client.flush();
      assertEquals(2, single.opens.get());
    }
  }

  @Test
  void opensFailToo_request_isDoneOnceOneSucceeds() throws IOException {
    try (NbdServer server = serve(disk);
        NbdClient client = NbdClient.connect(server.uri())) {
      disk.breaks.set(1);
      disk.refusals.set(3);
      client.flush();
      assertEquals(5, disk.opens.get());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void failsForGood_request_failsAfterSoManyTries(int retries) throws IOException {
    try (NbdServer server = serve(disk, "retries=" + retries);
        NbdClient client = NbdClient.connect(server.uri())) {
      disk.breaks.set(Integer.MAX_VALUE);
      NbdServerException failure = assertThrows(NbdServerException.class, client::flush);
      assertEquals("EIO", failure.errorName());
      assertEquals("broken", failure.serverText());
      assertEquals(retries + 1, disk.calls.get());
      disk.breaks.set(0);
      if (retries > 0) {
        client.flush();
      }
    }
  }

  @Test
  void opensFailForGood_request_failsAndALaterOneMayNot() throws IOException {
    try (NbdServer server = serve(disk, "retries=2");
        NbdClient client = NbdClient.connect(server.uri())) {
      disk.breaks.set(1);
      disk.refusals.set(2);
      NbdServerException failure = assertThrows(NbdServerException.class, client::flush);
      assertEquals("not there", failure.serverText());
      client.flush();
    }
  }

  @Test
  void requestFailsBesideAWrite_handleIsNotClosedUnderIt() throws Exception {
    try (NbdServer server = serve(disk);
        NbdClient client = NbdClient.connect(server.uri())) {
      CountDownLatch gate = new CountDownLatch(1);
      disk.gate = gate;
      CompletableFuture<Void> held = client.writeAsync(ByteBuffer.wrap(new byte[] {5}), 9);
      awaitCalls(1);
      disk.breaks.set(1);
      CompletableFuture<Void> flush = client.flushAsync();
      awaitCalls(2);
      assertFalse(held.isDone());
      assertEquals(0, disk.closes.get());
      gate.countDown();
      CompletableFuture.allOf(held, flush).get(30, TimeUnit.SECONDS);
      assertEquals(2, disk.opens.get());
      assertEquals(5, client.read(9, 1)[0]);
    }
  }

  @Test
  void twoRequestsFailOnOneHandle_itIsOpenedAgainOnce() throws Exception {
    try (NbdServer server = serve(disk);
        NbdClient client = NbdClient.connect(server.uri())) {
      CountDownLatch gate = new CountDownLatch(1);
      disk.gate = gate;
      CompletableFuture<Void> one = client.writeAsync(ByteBuffer.wrap(new byte[] {5}), 9);
      CompletableFuture<Void> other = client.writeAsync(ByteBuffer.wrap(new byte[] {6}), 10);
      awaitCalls(2);
      disk.breaksBehindGate.set(2);
      gate.countDown();
      CompletableFuture.allOf(one, other).get(30, TimeUnit.SECONDS);
      assertEquals(4, disk.calls.get());
      assertEquals(2, disk.opens.get());
      assertArrayEquals(new byte[] {5, 6}, client.read(9, 2));
    }
  }

  private void awaitCalls(int count) {
    long start = System.nanoTime();
    while (disk.calls.get() < count) {
      assertTrue(
          System.nanoTime() - start < TimeUnit.MINUTES.toNanos(1),
          () -> "fewer than %d calls".formatted(count));
      Thread.onSpinWait();
    }
  }

  @Test
  void notFast_fastZero_isNotTriedAgain() throws IOException {
    try (NbdServer server = serve(disk);
        NbdClient client = NbdClient.connect(server.uri())) {
      NbdServerException refusal =
          assertThrows(
              NbdServerException.class, () -> client.writeZeroes(0, 512, CommandFlag.FAST_ZERO));
      assertEquals("ENOTSUP", refusal.errorName());
      assertEquals(1, disk.calls.get());
      assertEquals(1, disk.opens.get());
    }
  }

  @Test
  void openedAgainSmaller_rangeThatIsGone_failsAtOnce() throws IOException {
    try (NbdServer server = serve(disk);
        NbdClient client = NbdClient.connect(server.uri())) {
      disk.breaks.set(1);
      disk.size = 1000;
      NbdServerException failure =
          assertThrows(NbdServerException.class, () -> client.read(999, 2));
      assertEquals("the disk, opened again, has only 1000 bytes", failure.serverText());
      assertEquals(2, disk.opens.get());
      client.read(998, 2);
    }
  }

  @Test
  void readOnlyAfterAFailure_writes_failAtOnceAndReadsDoNot() throws IOException {
    try (NbdServer server = serve(disk, "retry-readonly=yes");
        NbdClient client = NbdClient.connect(server.uri())) {
      client.write(new byte[] {1}, 0);
      assertFalse(disk.lastReadOnly);
      disk.breaks.set(1);
      assertEquals(1, client.read(0, 1)[0]);
      assertTrue(disk.lastReadOnly);
      NbdServerException failure =
          assertThrows(NbdServerException.class, () -> client.write(new byte[] {2}, 0));
      assertEquals("EPERM", failure.errorName());
      assertEquals(2, disk.opens.get());
    }
    try (NbdServer server = serve(disk, "retry-readonly=yes");
        NbdClient client = NbdClient.connect(server.uri())) {
      client.write(new byte[] {2}, 0);
    }
  }

  @Test
  void noSuchExport_open_isRefusedAtOnce() throws IOException {
    disk.refusals.set(1);
    try (NbdServer server = serve(disk, "retry-delay=3600")) {
      assertThrows(IOException.class, () -> NbdClient.connect(server.uri()));
      assertEquals(1, disk.opens.get());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, true, 1, 2",
    "2, true, 2, 4",
    "2, true, 5, 32",
    "2, false, 5, 2",
    "0, true, 60, 0",
  })
  void delay_doublesOrNot(long seconds, boolean exponential, int number, long expected) {
    Policy policy =
        new Policy(9, Duration.ofSeconds(seconds).toNanos(), exponential, false, new Pause());
    assertEquals(Duration.ofSeconds(expected).toNanos(), policy.delayBefore(number));
  }

  @Test
  void delay_ofManyTries_neverOverflows() {
    Policy policy = new Policy(100, Long.MAX_VALUE / 4, true, false, new Pause());
    for (int number = 1; number < 100; number++) {
      assertTrue(policy.delayBefore(number) > 0);
    }
  }

  @Test
  void serverEnds_whoWaits_goesOn() throws InterruptedException {
    Pause pause = new Pause();
    Thread waiter = Thread.ofPlatform().start(() -> pause.await(Long.MAX_VALUE / 2));
    pause.end();
    assertTrue(waiter.join(Duration.ofSeconds(30)));
    assertFalse(new Policy(5, 1, true, false, pause).allows(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"retries=-1", "retry-delay=soon", "retry-exponential=perhaps"})
  void valueThatCannotBe_start_isRefused(String parameter) {
    assertThrows(ConfigException.class, () -> serve(disk, parameter));
  }
}
