package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import nbdj.ext4.MetadataStore.Change;
import nbdj.ext4.MetadataStore.Change.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After its first failure a store writes nothing more, and says so. */
@Timeout(60)
final class StoreFailureTests {

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void anyFailedCall_endsWritingAndKeepsWhatIsDurable(String options) throws IOException {
    boolean failed = true;
    for (int number = 0; failed; number++) {
      StoreFixture fixture = new StoreFixture(options);
      fixture.change(0, 1);
      fixture.store.flush();
      int victim = number;
      fixture.device.failing(call -> call == victim);
      failed = useAndFail(fixture);
      if (failed) {
        assertEnded(fixture);
      }
    }
  }

  /** Change and close; tell whether that failed. */
  private static boolean useAndFail(StoreFixture fixture) throws IOException {
    try {
      fixture.change(0, 2);
      fixture.change(1, 2);
      fixture.store.flush();
      fixture.change(0, 3);
      fixture.store.close();
      return false;
    } catch (IOException e) {
      assertTrue(e.toString().contains("device failed, as it was told to"), e::toString);
      return true;
    }
  }

  private static void assertEnded(StoreFixture fixture) throws IOException {
    int time = fixture.recorded.mark();
    byte newest = fixture.read(0)[0];
    assertTrue(newest == 2 || newest == 3);
    for (int i = 0; i < 2; i++) {
      try {
        fixture.store.begin(1).close();
        throw new AssertionError("a change could be begun");
      } catch (Ext4Exception e) {
        assertEquals(Ext4Exception.Kind.READ_ONLY, e.kind());
        assertEquals(
            "filesystem became read-only when writing failed (device failed, as it was told to):"
                + " run e2fsck and open it again",
            e.getMessage());
      } catch (IllegalStateException closed) {
        assertEquals("filesystem is closed", closed.getMessage());
      }
    }
    assertArrayEquals(fixture.filled(newest), fixture.read(0));
    assertThrows(Exception.class, fixture.store::flush);
    assertEquals(List.of(), fixture.since(time), "nothing is written any more");
    assertTrue(
        (Superblock.read(fixture.recorded).state() & Superblock.STATE_ERRORS) != 0,
        "the filesystem is marked");
    byte recovered = fixture.recovered(0)[0];
    assertTrue(recovered == newest || recovered == newest - 1, () -> recovered + " is left");
  }

  @Test
  void everyWaitingFlush_isToldOfTheFailure() throws Exception {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    fixture.change(0, 1);
    fixture.store.flush();
    fixture.change(0, 2);
    fixture.device.close();
    try (ExecutorService pool = Executors.newCachedThreadPool()) {
      List<Future<?>> flushes = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        flushes.add(
            pool.submit(() -> {
              fixture.store.flush();
              return null;
            }));
      }
      fixture.device.awaitFlush();
      while (fixture.store.openFlushes() < 4) {
        Thread.onSpinWait();
      }
      fixture.device.failing(call -> true);
      fixture.device.open();
      for (Future<?> flush : flushes) {
        Exception failure = assertThrows(Exception.class, flush::get);
        assertTrue(failure.toString().contains("device failed, as it was told to"));
      }
    }
    assertThrows(Ext4Exception.class, fixture.store::flush);
    Ext4Exception atClose = assertThrows(Ext4Exception.class, fixture.store::close);
    assertEquals(Ext4Exception.Kind.READ_ONLY, atClose.kind());
    fixture.store.close();
  }

  @Test
  void changeThatWaitsForRoom_isToldOfTheFailure() throws IOException {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    int most = fixture.store.mostBlocks();
    for (int i = 0; i < most; i++) {
      fixture.change(i, 1);
    }
    fixture.device.failing(call -> true);
    Ext4Exception failure = assertThrows(Ext4Exception.class, () -> fixture.change(most, 1));
    assertEquals(Ext4Exception.Kind.READ_ONLY, failure.kind());
  }

  @Test
  void failedFlushWithoutChanges_leavesTheSuperblockAlone() throws IOException {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    fixture.device.failing(call -> call == 0);
    assertThrows(IOException.class, fixture.store::flush);
    assertEquals(Superblock.STATE_VALID, Superblock.read(fixture.recorded).state());
    assertThrows(Ext4Exception.class, () -> fixture.store.begin(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL})
  void changeThatFailedHalfway_isNeverMadeDurable(String options) throws IOException {
    StoreFixture fixture = new StoreFixture(options);
    final byte[] before = fixture.read(1);
    fixture.change(0, 1);
    fixture.store.flush();
    fixture.change(1, 2);
    try (Change change = fixture.store.begin(1)) {
      Arrays.fill(change.edit(fixture.free(0), Kind.MAPPING, "test"), (byte) 2);
      change.fail("half of it is missing");
    }
    int time = fixture.recorded.mark();
    String words =
        "filesystem became read-only when writing failed (half of it is missing): run e2fsck and"
            + " open it again";
    for (Executable use :
        List.<Executable>of(
            fixture.store::flush, () -> fixture.store.begin(1), fixture.store::checkUsable)) {
      assertEquals(words, assertThrows(Ext4Exception.class, use).getMessage());
    }
    assertEquals(List.of(), fixture.since(time));
    assertThrows(Ext4Exception.class, fixture.store::close);
    assertTrue((Superblock.read(fixture.recorded).state() & Superblock.STATE_ERRORS) != 0);
    assertArrayEquals(fixture.filled(1), fixture.recovered(0));
    assertArrayEquals(before, fixture.recovered(1), "nor is what shares its transaction");
  }

  @Test
  void failingAction_isPassedOnAndHoldsNobodyUp() throws IOException {
    List<String> order = new ArrayList<>();
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    try (Change change = fixture.store.begin(1)) {
      Arrays.fill(change.edit(fixture.free(0), Kind.MAPPING, "test"), (byte) 1);
      change.afterDurable(() -> {
        throw new IllegalArgumentException("action failed");
      });
      change.afterDurable(() -> order.add("next"));
    }
    assertThrows(IllegalArgumentException.class, fixture.store::flush);
    assertEquals(List.of("next"), order);
    fixture.store.flush();
    fixture.store.close();
    assertArrayEquals(fixture.filled(1), fixture.recovered(0));
  }
}
