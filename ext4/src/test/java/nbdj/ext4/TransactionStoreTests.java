package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import nbdj.ext4.MetadataStore.Change;
import nbdj.ext4.MetadataStore.Change.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How changes are gathered and flushed, whatever makes them durable. */
@Timeout(60)
final class TransactionStoreTests {

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void change_isSeenByEveryReaderAtOnce(String options) throws IOException {
    StoreFixture fixture = new StoreFixture(options);
    byte[] before = fixture.read(0);
    assertEquals(SectorText.POISON, LittleEndian.i64(before, 0));
    fixture.change(0, 7);
    assertArrayEquals(fixture.filled(7), fixture.read(0));
    MetadataReader reader = fixture.volume.reader;
    assertArrayEquals(fixture.filled(7), reader.block(fixture.free(0), "test"));
    long offset = fixture.free(0) << 10;
    byte[] across = reader.bytes(offset - 3, 6);
    assertArrayEquals(new byte[] {7, 7, 7}, Arrays.copyOfRange(across, 3, 6));
    assertFalse(Arrays.equals(new byte[] {7, 7, 7}, Arrays.copyOf(across, 3)));
    byte[] end = reader.bytes(offset + 1021, 3);
    assertArrayEquals(new byte[] {7, 7, 7}, end);
    fixture.store.flush();
    assertArrayEquals(fixture.filled(7), reader.block(fixture.free(0), "test"));
    fixture.store.close();
    assertArrayEquals(fixture.filled(7), reader.block(fixture.free(0), "test"));
  }

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void openedAndClosed_writesNothing(String options) throws IOException {
    StoreFixture fixture = new StoreFixture(options);
    fixture.read(0);
    fixture.store.close();
    assertEquals(List.of(), fixture.since(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void flush_costsAsManyFlushesAsItMust(String options) throws IOException {
    StoreFixture fixture = new StoreFixture(options);
    fixture.store.flush();
    assertEquals(List.of("flush"), fixture.since(0), "nothing was changed");
    int first = fixture.recorded.mark();
    fixture.change(0, 1);
    fixture.store.flush();
    assertEquals(3, fixture.flushes(first), "the first also says that the filesystem is open");
    int second = fixture.recorded.mark();
    fixture.change(0, 2);
    fixture.change(1, 2);
    assertEquals(List.of(), fixture.since(second));
    fixture.store.flush();
    assertEquals(2, fixture.flushes(second));
    int third = fixture.recorded.mark();
    fixture.store.flush();
    assertEquals(List.of("flush"), fixture.since(third));
  }

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void flushedChange_survivesAndLaterOnesDoNot(String options) throws IOException {
    StoreFixture fixture = new StoreFixture(options);
    fixture.change(0, 1);
    fixture.store.flush();
    fixture.change(0, 2);
    fixture.change(1, 2);
    assertArrayEquals(fixture.filled(1), fixture.recovered(0));
    assertFalse(Arrays.equals(fixture.filled(2), fixture.recovered(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void changeDuringAFlush_isNotHeldUpAndNotPartOfIt(String options) throws Exception {
    StoreFixture fixture = new StoreFixture(options);
    fixture.change(0, 1);
    fixture.store.flush();
    fixture.change(0, 2);
    fixture.device.close();
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<?> flush = pool.submit(() -> flushed(fixture));
      fixture.device.awaitFlush();
      fixture.change(0, 3);
      assertArrayEquals(fixture.filled(3), fixture.read(0));
      fixture.device.open();
      flush.get();
    }
    assertArrayEquals(fixture.filled(2), fixture.recovered(0));
    fixture.store.flush();
    assertArrayEquals(fixture.filled(3), fixture.recovered(0));
  }

  private static Void flushed(StoreFixture fixture) throws IOException {
    fixture.store.flush();
    return null;
  }

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void flushesDuringAFlush_shareTheNext(String options) throws Exception {
    StoreFixture fixture = new StoreFixture(options);
    fixture.change(0, 1);
    fixture.store.flush();
    int time = fixture.recorded.mark();
    fixture.change(0, 2);
    fixture.device.close();
    try (ExecutorService pool = Executors.newCachedThreadPool()) {
      List<Future<?>> flushes = new ArrayList<>();
      flushes.add(pool.submit(() -> flushed(fixture)));
      fixture.device.awaitFlush();
      CountDownLatch begun = new CountDownLatch(6);
      for (int i = 1; i <= 6; i++) {
        int index = i;
        flushes.add(pool.submit(() -> changedAndFlushed(fixture, index, begun)));
      }
      begun.await();
      awaitFlushes(fixture, 7);
      fixture.device.open();
      for (Future<?> flush : flushes) {
        flush.get();
      }
    }
    assertEquals(4, fixture.flushes(time), "two for the first, two for the other six");
    assertArrayEquals(fixture.filled(9), fixture.recovered(6));
  }

  private static Void changedAndFlushed(StoreFixture fixture, int index, CountDownLatch begun)
      throws IOException {
    fixture.change(index, 9);
    begun.countDown();
    fixture.store.flush();
    return null;
  }

  /** Wait until so many flushes have been asked for and not ended. */
  private static void awaitFlushes(StoreFixture fixture, int count) {
    while (fixture.store.openFlushes() < count) {
      Thread.onSpinWait();
    }
  }

  @Test
  void flush_waitsForOpenChangesAndTakesThemAlong() throws Exception {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    fixture.change(0, 1);
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<?> flush;
      try (Change change = fixture.store.begin(1)) {
        byte[] bytes = change.edit(fixture.free(1), Kind.MAPPING, "test");
        flush = pool.submit(() -> flushed(fixture));
        awaitFlushes(fixture, 1);
        assertEquals(List.of(), fixture.since(0));
        Arrays.fill(bytes, (byte) 1);
      }
      flush.get();
    }
    assertArrayEquals(fixture.filled(1), fixture.recovered(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void fullTransaction_isMadeDurableByWhoFindsItFull(String options) throws IOException {
    StoreFixture fixture = new StoreFixture(options);
    int most = Math.min(1000, fixture.store.mostBlocks());
    for (int i = 0; i <= most; i++) {
      fixture.change(i, 5);
    }
    boolean full = most == fixture.store.mostBlocks();
    assertEquals(full ? 3 : 0, fixture.flushes(0));
    fixture.store.close();
    assertArrayEquals(fixture.filled(5), fixture.recovered(most));
  }

  @Test
  void reservedRoom_isGivenBackWithoutACommit() throws Exception {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    int most = fixture.store.mostBlocks();
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<?> other;
      try (Change change = fixture.store.begin(most - 1)) {
        change.edit(fixture.free(0), Kind.MAPPING, "test");
        other =
            pool.submit(() -> {
              fixture.store.begin(2).close();
              return null;
            });
      }
      other.get();
    }
    assertEquals(List.of(), fixture.since(0));
  }

  @Test
  void misuse_isRefused() throws IOException {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    TransactionStore store = fixture.store;
    Ext4Exception large =
        assertThrows(Ext4Exception.class, () -> store.begin(store.mostBlocks() + 1));
    assertEquals(Ext4Exception.Kind.INVALID, large.kind());
    Change change = store.begin(2);
    assertThrows(IllegalStateException.class, () -> store.begin(1));
    assertThrows(IllegalStateException.class, store::flush);
    change.edit(fixture.free(0), Kind.MAPPING, "test");
    change.edit(fixture.free(0), Kind.MAPPING, "test");
    change.forget(fixture.free(1));
    assertThrows(IllegalStateException.class, () -> change.create(fixture.free(2), Kind.MAPPING));
    assertThrows(
        Ext4Exception.class, () -> change.edit(fixture.volume.geometry.blocks, Kind.MAPPING, "x"));
    assertThrows(IllegalArgumentException.class, () -> change.edit(1, Kind.MAPPING, "superblock"));
    assertThrows(
        IllegalArgumentException.class, () -> change.forget(fixture.volume.geometry.blocks));
    change.close();
    change.close();
    assertThrows(
        IllegalStateException.class, () -> change.edit(fixture.free(0), Kind.MAPPING, "test"));
    store.close();
    store.close();
    assertThrows(IllegalStateException.class, () -> store.begin(1));
    assertThrows(IllegalStateException.class, store::flush);
  }

  @Test
  void create_givesZeroesAndNeedsNoReading() throws IOException {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    try (Change change = fixture.store.begin(1)) {
      assertArrayEquals(fixture.filled(0), change.create(fixture.free(0), Kind.MAPPING));
    }
    fixture.store.flush();
    assertArrayEquals(fixture.filled(0), fixture.recovered(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void actions_runOnceTheirChangeIsDurableAndMayChangeMore(String options) throws IOException {
    StoreFixture fixture = new StoreFixture(options);
    List<String> order = new ArrayList<>();
    try (Change change = fixture.store.begin(1)) {
      Arrays.fill(change.edit(fixture.free(0), Kind.MAPPING, "test"), (byte) 1);
      change.afterDurable(() -> order.add(act(fixture)));
    }
    assertEquals(List.of(), order);
    fixture.store.flush();
    assertEquals(List.of("durable"), order);
    fixture.store.close();
    assertArrayEquals(fixture.filled(2), fixture.recovered(1));
  }

  private static String act(StoreFixture fixture) {
    try {
      fixture.change(1, 2);
      return Arrays.equals(fixture.filled(1), fixture.recovered(0)) ? "durable" : "not durable";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void actionOfATransactionThatWasFull_isLeftToWhoHasNoLocks() throws IOException {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    List<String> order = new ArrayList<>();
    try (Change change = fixture.store.begin(1)) {
      change.forget(fixture.free(0));
      change.afterDurable(() -> order.add("action"));
    }
    for (int i = 1; i <= fixture.store.mostBlocks(); i++) {
      fixture.change(i, 1);
    }
    assertTrue(fixture.flushes(0) > 0, "it was full");
    assertEquals(List.of(), order);
    fixture.store.flush();
    assertEquals(List.of("action"), order);
  }

  @Test
  void actionThatFlushes_isRefused() throws IOException {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    List<Exception> failures = new ArrayList<>();
    try (Change change = fixture.store.begin(1)) {
      change.afterDurable(
          () -> failures.add(assertThrows(IllegalStateException.class, fixture.store::flush)));
    }
    fixture.store.flush();
    assertEquals(1, failures.size());
  }

  @Test
  void actionOfTheLastFlush_isDoneBeforeClosing() throws IOException {
    StoreFixture fixture = new StoreFixture(StoreFixture.NO_JOURNAL);
    try (Change change = fixture.store.begin(1)) {
      Arrays.fill(change.edit(fixture.free(0), Kind.MAPPING, "test"), (byte) 1);
      change.afterDurable(() -> act(fixture));
    }
    fixture.store.close();
    assertArrayEquals(fixture.filled(2), fixture.recovered(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void timer_makesChangesDurableAndSettlesThem(String options) throws Exception {
    StoreFixture fixture =
        new StoreFixture(
            StoreFixture.image(options),
            Optional.of(Duration.ofMillis(1)),
            UnaryOperator.identity());
    CountDownLatch durable = new CountDownLatch(1);
    try (Change change = fixture.store.begin(1)) {
      Arrays.fill(change.edit(fixture.free(0), Kind.MAPPING, "test"), (byte) 1);
      change.afterDurable(durable::countDown);
    }
    durable.await();
    assertArrayEquals(fixture.filled(1), fixture.recovered(0));
    // When nothing else happens, the block reaches its own place, too.
    while (fixture.store.newer(fixture.free(0)).isPresent()) {
      Thread.onSpinWait();
    }
    byte[] home = new byte[1024];
    fixture.device.read(ByteBuffer.wrap(home), fixture.free(0) << 10);
    assertArrayEquals(fixture.filled(1), home);
    fixture.store.close();
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals("ext4-commit")));
  }
}
