package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import nbdj.api.ConfigException;
import nbdj.api.NbdError;
import nbdj.api.ThreadModel;
import nbdj.client.CommandFlag;
import nbdj.client.NbdClient;
import nbdj.client.NbdDisconnectedException;
import nbdj.client.NbdRefusedException;
import nbdj.client.NbdServerException;
import nbdj.delay.Delay;
import nbdj.error.Fault;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk used without the extension. */
@Timeout(60)
class NbdDiskTests {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final NbdDisk disk = NbdDisk.memory("1M").seed(42);

  @BeforeEach
  void start() throws IOException {
    disk.start();
  }

  @AfterEach
  void stop() throws IOException {
    disk.close();
  }

  private static byte[] filled(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static String errorOf(Executable request) {
    return assertThrows(NbdServerException.class, request).errorName();
  }

  @Test
  void client_writes_theyAreOnTheDisk() throws IOException {
    assertEquals(1 << 20, disk.size());
    disk.client().write(filled(512, 1), 1000);
    assertArrayEquals(filled(512, 1), disk.bytes(1000, 512));
    assertArrayEquals(new byte[512], disk.durableBytes(1000, 512));
    disk.client().flush();
    assertArrayEquals(filled(512, 1), disk.durableBytes(1000, 512));
    assertSame(disk.client(), disk.client());
  }

  @Test
  void put_bytes_areDurableAndNotLogged() throws IOException {
    disk.put(1000, filled(512, 1));
    assertArrayEquals(filled(512, 1), disk.client().read(1000, 512));
    assertEquals(0, disk.log().count(Operation.WRITE));
    disk.crash();
    assertArrayEquals(filled(512, 1), disk.bytes(1000, 512));
  }

  @Test
  void outsideTheDisk_bytes_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> disk.bytes(1 << 20, 1));
    assertThrows(IllegalArgumentException.class, () -> disk.durableBytes(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> disk.put((1 << 20) - 1, new byte[2]));
  }

  @Test
  void writesFailAfterSome_client_seesTheError() throws IOException {
    Fault full = disk.fail().writes().after(2).with(NbdError.ENOSPC);
    NbdClient client = disk.client();
    client.write(new byte[512], 0);
    client.write(new byte[512], 0);
    assertEquals("ENOSPC", errorOf(() -> client.write(new byte[512], 0)));
    assertEquals(1, full.count());
    client.read(0, 512);
    disk.clearFaults();
    client.write(new byte[512], 0);
  }

  @Test
  void shortWrite_firstBytes_areWritten() throws IOException {
    disk.fail().writes().partially(100).times(1).with(NbdError.EIO);
    assertEquals("EIO", errorOf(() -> disk.client().write(filled(512, 1), 0)));
    assertArrayEquals(filled(100, 1), disk.bytes(0, 100));
    assertArrayEquals(new byte[412], disk.bytes(100, 412));
  }

  @Test
  void opensFail_connect_isRefused() throws IOException {
    disk.fail().opens().times(1).with(NbdError.EIO);
    assertThrows(NbdRefusedException.class, disk::connect);
    disk.client();
  }

  @Test
  void rate_twoDisksOfOneSeed_failAlike() throws IOException {
    String here = failures(disk);
    try (NbdDisk same = NbdDisk.memory("1M").seed(42).start();
        NbdDisk another = NbdDisk.memory("1M").seed(43).start()) {
      assertEquals(here, failures(same));
      assertNotEquals(here, failures(another));
    }
  }

  private static String failures(NbdDisk disk) throws IOException {
    disk.fail().reads().rate(0.5).with(NbdError.EIO);
    StringBuilder failures = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      try {
        disk.client().read(0, 512);
        failures.append('.');
      } catch (NbdServerException e) {
        failures.append('x');
      }
    }
    return failures.toString();
  }

  @Test
  void heldWrite_laterRequests_overtakeIt() throws Exception {
    Delay held = disk.delay().writes().times(1).untilReleased();
    CompletableFuture<Void> first = disk.client().writeAsync(ByteBuffer.wrap(filled(512, 1)), 0);
    assertTrue(held.awaitWaiting(1, PATIENCE));
    disk.client().write(filled(512, 2), 0);
    assertFalse(first.isDone());
    held.release();
    first.get(10, TimeUnit.SECONDS);
    assertArrayEquals(filled(512, 1), disk.bytes(0, 512));
  }

  @Test
  void crash_client_isCutOffAndFindsTheDiskAgain() throws IOException {
    URI uri = disk.uri();
    NbdClient before = disk.client();
    before.write(filled(512, 1), 0);
    before.flush();
    before.write(filled(512, 2), 0);
    before.write(filled(512, 3), 512, CommandFlag.FUA);

    Crash crash = disk.crash();

    assertEquals(1, crash.unflushed());
    assertEquals(1, crash.lost());
    assertThrows(NbdDisconnectedException.class, () -> before.read(0, 512));
    assertEquals(uri, disk.uri());
    assertNotSame(before, disk.client());
    assertArrayEquals(filled(512, 1), disk.client().read(0, 512));
    assertArrayEquals(filled(512, 3), disk.client().read(512, 512));
    assertEquals(0, disk.unflushed());
  }

  @Test
  void crash_whileARequestIsHeld_neverAnswersIt() throws Exception {
    Delay held = disk.delay().writes().untilReleased();
    CompletableFuture<Void> write = disk.client().writeAsync(ByteBuffer.wrap(filled(512, 1)), 0);
    assertTrue(held.awaitWaiting(1, PATIENCE));
    disk.crash();
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> write.get(10, TimeUnit.SECONDS));
    assertInstanceOf(NbdDisconnectedException.class, failure.getCause());
    assertArrayEquals(new byte[512], disk.bytes(0, 512));
    assertEquals(0, held.waiting());

    // The delay holds on after the crash.
    CompletableFuture<Void> again = disk.client().writeAsync(ByteBuffer.wrap(filled(512, 1)), 0);
    assertTrue(held.awaitWaiting(1, PATIENCE));
    disk.clearFaults();
    again.get(10, TimeUnit.SECONDS);
  }

  @Test
  void crashWithSurvivors_sameSeedAndWrites_leavesTheSame() throws IOException {
    byte[] here = afterTwoCrashes(disk);
    try (NbdDisk same = NbdDisk.memory("1M").seed(42).start();
        NbdDisk another = NbdDisk.memory("1M").seed(43).start()) {
      assertArrayEquals(here, afterTwoCrashes(same));
      assertFalse(Arrays.equals(here, afterTwoCrashes(another)));
    }
  }

  private static byte[] afterTwoCrashes(NbdDisk disk) throws IOException {
    Crash[] crashes = new Crash[2];
    for (int i = 0; i < 2; i++) {
      for (int write = 0; write < 64; write++) {
        disk.client().write(filled(1024, 1), (i * 64 + write) * 1024L);
      }
      crashes[i] = disk.crash(i == 0 ? Loss.SOME : Loss.TORN);
    }
    assertTrue(crashes[0].kept() > 0 && crashes[0].lost() > 0, crashes[0]::toString);
    assertTrue(crashes[1].torn() > 0, crashes[1]::toString);
    assertNotEquals(crashes[0].seed(), crashes[1].seed());
    return disk.bytes(0, 128 * 1024);
  }

  @Test
  void crash_filters_areNewAndThePluginIsNot() throws IOException {
    Journal journal = new Journal();
    try (NbdDisk journaled = journal.disk().start()) {
      journaled.client().read(0, 512);
      journaled.crash();
      journaled.client().read(0, 512);
    }
    assertEquals(
        List.of(
            "load",
            "filter 1 load",
            "config configComplete threadModel getReady afterFork",
            "open",
            "close",
            "filter 1 unload",
            "filter 2 load",
            "open",
            "close",
            "filter 2 unload",
            "cleanup unload"),
        journal.lines());
  }

  @Test
  void disconnect_clients_areCutOffAndNothingIsLost() throws IOException {
    NbdClient before = disk.client();
    before.write(filled(512, 1), 0);
    disk.disconnect();
    assertThrows(NbdDisconnectedException.class, () -> before.read(0, 512));
    assertArrayEquals(filled(512, 1), disk.client().read(0, 512));
    assertEquals(1, disk.unflushed());
  }

  @Test
  void writeThrough_crash_losesNothing() throws IOException {
    try (NbdDisk safe = NbdDisk.memory("1M").writeThrough().start()) {
      safe.client().write(filled(512, 1), 0);
      assertEquals(0, safe.unflushed());
      assertEquals(0, safe.crash().unflushed());
      assertArrayEquals(filled(512, 1), safe.bytes(0, 512));
    }
  }

  @Test
  void readOnly_client_mayNotWrite() throws IOException {
    try (NbdDisk closed = NbdDisk.memory("1M").readOnly().start()) {
      assertTrue(closed.client().export().isReadOnly());
      closed.put(0, (byte) 1);
      assertEquals(1, closed.client().read(0, 1)[0]);
    }
  }

  @Test
  void exports_bytesAndUri_areOfTheOneNamed() throws IOException {
    try (NbdDisk named =
        NbdDisk.plugin(() -> new ReferencePlugin(new ReferenceDevice(4096)))
            .export("one")
            .start()) {
      assertTrue(named.uri().toString().startsWith("nbd+unix:///one?"), named.uri()::toString);
      try (NbdClient two = NbdClient.connect(named.uri("two"))) {
        two.write(filled(512, 2), 0);
      }
      named.client().write(filled(512, 1), 0);
      assertArrayEquals(filled(512, 1), named.bytes(0, 512));
      assertEquals(1, named.unflushed());
      assertEquals(2, named.crash().lost());
    }
  }

  @Test
  void faults_aboveOrBelowTheFilters_meetTheClientOrThem() throws IOException {
    for (boolean below : new boolean[] {false, true}) {
      NbdDisk retried = NbdDisk.memory("1M").filter(RetryFilter::new);
      if (below) {
        retried.faultsBelowFilters();
      }
      try (retried) {
        retried.start();
        Fault fault = retried.fail().reads().times(1).with(NbdError.EIO);
        if (below) {
          retried.client().read(0, 512);
        } else {
          assertEquals("EIO", errorOf(() -> retried.client().read(0, 512)));
        }
        assertEquals(1, fault.count());
      }
    }
  }

  @Test
  void parameterThatCannotBe_start_isRefused() throws IOException {
    try (NbdDisk wrong = NbdDisk.memory("12Q")) {
      ConfigException refusal = assertThrows(ConfigException.class, wrong::start);
      assertTrue(refusal.toString().contains("size=12Q"), refusal::toString);
      assertThrows(IllegalStateException.class, wrong::uri);
    }
  }

  @ParameterizedTest
  @EnumSource(ThreadModel.class)
  void anyThreadModel_disk_worksOverACrash(ThreadModel model) throws IOException {
    try (NbdDisk other =
        NbdDisk.plugin(() -> new ReferencePlugin(new ReferenceDevice(4096)).withModel(model))
            .start()) {
      assertArrayEquals(new byte[512], other.bytes(0, 512));
      other.client().write(filled(512, 1), 0, CommandFlag.FUA);
      other.client().write(filled(512, 2), 512);
      assertEquals(1, other.crash().lost());
      assertArrayEquals(filled(512, 1), other.client().read(0, 512));
    }
  }

  @Test
  void seedOfTheProperty_disk_hasIt() {
    System.setProperty("nbdj.junit.seed", "-7");
    try {
      assertEquals(-7, NbdDisk.memory("1M").seed());
      assertEquals(8, NbdDisk.memory("1M").seed(8).seed());
      System.setProperty("nbdj.junit.seed", "seven");
      assertEquals(
          "-Dnbdj.junit.seed=seven: not a whole number (take the one that was printed)",
          assertThrows(IllegalArgumentException.class, () -> NbdDisk.memory("1M")).getMessage());
    } finally {
      System.clearProperty("nbdj.junit.seed");
    }
  }

  @Test
  void stopped_startedAgain_isEmpty() throws IOException {
    disk.client().write(filled(512, 1), 0);
    disk.fail().reads().with(NbdError.EIO);
    disk.close();
    disk.close();
    disk.start();
    assertArrayEquals(new byte[512], disk.client().read(0, 512));
    assertEquals(0, disk.log().count(Operation.WRITE));
  }

  @Test
  void wrongTime_methods_sayWhatToDo() throws IOException {
    assertEquals(
        "the disk has started: say what it is where it is made",
        assertThrows(IllegalStateException.class, () -> disk.seed(1)).getMessage());
    assertThrows(IllegalStateException.class, disk::start);
    disk.close();
    assertEquals(
        "the disk does not run (register it with @RegisterExtension, or call start())",
        assertThrows(IllegalStateException.class, disk::uri).getMessage());
  }

  @Test
  void log_requests_standInOrderWithTheirOutcome() throws IOException {
    disk.fail().flushes().with(NbdError.EIO);
    NbdClient client = disk.client();
    client.write(new byte[512], 1024, CommandFlag.FUA);
    assertEquals("EIO", errorOf(client::flush));
    try (NbdClient second = disk.connect()) {
      second.trim(0, 4096);
    }
    disk.crash();
    disk.client().read(0, 512);
    assertEquals(3, disk.log().operations(Operation.READ).getFirst().client());
    String log = disk.log().toString();
    List<String> lines = log.lines().map(line -> line.replaceFirst(" *[0-9]+ ", "")).toList();
    assertEquals(
        List.of(
            "client 1 OPEN",
            "client 1 WRITE 512 bytes at 1024 FUA",
            "client 1 FLUSH -> EIO",
            "client 2 OPEN",
            "client 2 TRIM 4096 bytes at 0"),
        lines.stream().limit(5).map(String::strip).toList(),
        log);
    assertTrue(
        log.contains("-- crash(ALL, 42): of 1 unflushed changes 0 survived, 0 in part"), log);
    LoggedOperation write = disk.log().operations(Operation.WRITE).getFirst();
    assertEquals(2, write.number());
    assertEquals(1024, write.offset());
    assertEquals(512, write.count());
    assertEquals(1, disk.log().count(Operation.WRITE));
    assertEquals(0, disk.log().failures(Operation.WRITE));
    assertEquals(1, disk.log().failures(Operation.FLUSH));
  }
}
