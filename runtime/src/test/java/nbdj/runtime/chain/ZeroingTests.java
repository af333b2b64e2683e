package nbdj.runtime.chain;

import static nbdj.runtime.chain.Calls.error;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.PluginHandle;
import nbdj.api.Support;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zeroing, native, emulated and both: rules W-4, W-6, W-8 to W-10 and F-2. */
class ZeroingTests {
  private static final int PIECE = Zeroes.PIECE;
  private static final int SIZE = 3 * PIECE + 4321;
  private static final Flags FUA = Flags.of(Flag.FUA);
  private static final Flags FAST = Flags.of(Flag.FAST_ZERO);

  private final Journal journal = new Journal();
  private final RecordingHandle handle = new RecordingHandle(journal, SIZE);

  private Next open(PluginHandle handle, JournalFilter... filters) throws IOException {
    JournalPlugin plugin =
        new JournalPlugin(new Journal()) {
          @Override
          PluginHandle handle() {
            return handle;
          }
        };
    Next export = Chains.serving(plugin, filters).connect(false).open("x");
    export.canFastZero();
    export.canFua();
    export.canFlush();
    export.size();
    journal.take();
    return export;
  }

  @Test
  void emulation_advancesThroughTheRange() throws IOException {
    handle.canZero = false;
    open(handle).zero(5, 2L * PIECE + 7, Flags.of(Flag.MAY_TRIM));
    assertEquals(
        List.of(
            "pwrite 5+%d none".formatted(PIECE),
            "pwrite %d+%d none".formatted(5 + PIECE, PIECE),
            "pwrite %d+7 none".formatted(5 + 2 * PIECE)),
        journal.take());
  }

  @Test
  void emulation_ofManyPiecesWithFua_flushesOnce() throws IOException {
    handle.canZero = false;
    open(handle).zero(0, PIECE + 1, FUA);
    assertEquals(
        List.of("pwrite 0+%d none".formatted(PIECE), "pwrite %d+1 none".formatted(PIECE), "flush"),
        journal.take());
  }

  @Test
  void emulation_ofOnePieceWithNativeFua_needsNoFlush() throws IOException {
    handle.canZero = false;
    open(handle).zero(0, PIECE, FUA);
    assertEquals(List.of("pwrite 0+%d FUA".formatted(PIECE)), journal.take());
  }

  @Test
  void emulation_withNativeFuaAndNoFlush_forcesEachPiece() throws IOException {
    handle.canZero = false;
    handle.canFlush = false;
    open(handle).zero(0, PIECE + 1, FUA);
    assertEquals(
        List.of("pwrite 0+%d FUA".formatted(PIECE), "pwrite %d+1 FUA".formatted(PIECE)),
        journal.take());
  }

  @Test
  void nativeZero_thatGivesUp_isWrittenInstead() throws IOException {
    handle.zeroError = NbdError.ENOTSUP;
    handle.canFua = Support.EMULATE;
    open(handle).zero(0, 16, FUA);
    assertEquals(List.of("zero 0+16 none", "pwrite 0+16 none", "flush"), journal.take());
  }

  @Test
  void nativeZero_thatFails_isAFailure() throws IOException {
    handle.zeroError = NbdError.ENOSPC;
    assertEquals(NbdError.ENOSPC, error(() -> open(handle).zero(0, 16, Flags.NONE)));
    assertEquals(List.of("zero 0+16 none"), journal.take());
  }

  @Test
  void fastZero_thatIsNoFaster_failsAtOnceAndWritesNothing() throws IOException {
    handle.zeroError = NbdError.ENOTSUP;
    Next whole = open(handle);
    assertEquals(NbdError.ENOTSUP, error(() -> whole.zero(0, 16, FAST)));
    assertEquals(List.of("zero 0+16 FAST_ZERO"), journal.take());
    handle.canZero = false;
    Next emulated = open(handle, new JournalFilter(new Journal(), "a"));
    assertEquals(NbdError.ENOTSUP, error(() -> emulated.zero(0, 16, FAST)));
    assertEquals(List.of(), journal.take());
  }

  @Test
  void emulation_whoseWriteSaysNotSupported_isAnIoError() throws IOException {
    RecordingHandle stubborn =
        new RecordingHandle(journal, SIZE) {
          @Override
          public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
            throw new NbdException(NbdError.ENOTSUP, "not today");
          }
        };
    stubborn.canZero = false;
    assertEquals(NbdError.EIO, error(() -> open(stubborn).zero(0, 16, Flags.NONE)));
  }

  @Test
  void count_of64Bits_reachesTheLayerWhole() throws IOException {
    List<String> seen = new ArrayList<>();
    PluginHandle vast =
        new RecordingHandle(journal, 0) {
          @Override
          public long size() {
            return Long.MAX_VALUE;
          }

          @Override
          public void zero(long offset, long count, Flags flags) {
            seen.add(offset + "+" + count);
          }

          @Override
          public void trim(long offset, long count, Flags flags) {
            seen.add(offset + "+" + count);
          }
        };
    Next export = open(vast, new JournalFilter(new Journal(), "a"));
    export.zero(1, Long.MAX_VALUE - 1, Flags.NONE);
    export.trim(0, Long.MAX_VALUE, Flags.NONE);
    assertEquals(List.of("1+9223372036854775806", "0+9223372036854775807"), seen);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void zero_inAnyConfiguration_matchesTheModel(long seed) throws IOException {
    Random random = new Random(seed);
    handle.canZero = random.nextBoolean();
    handle.canFlush = random.nextBoolean();
    handle.canFua = List.of(Support.values()).get(random.nextInt(3));
    handle.zeroError = random.nextBoolean() ? NbdError.ENOTSUP : null;
    JournalFilter[] filters = new JournalFilter[random.nextInt(3)];
    Arrays.setAll(filters, i -> new JournalFilter(new Journal(), "f" + i));
    Arrays.fill(handle.content, (byte) -1);
    byte[] model = handle.content.clone();
    Next export = open(handle, filters);
    for (int i = 0; i < 10; i++) {
      int offset = random.nextInt(SIZE);
      int count = 1 + random.nextInt(SIZE - offset);
      Flags flags = random.nextBoolean() ? Flags.of(Flag.MAY_TRIM) : Flags.NONE;
      boolean fua = export.canFua().available() && random.nextBoolean();
      journal.take();
      export.zero(offset, count, fua ? flags.with(Flag.FUA) : flags);
      Arrays.fill(model, offset, offset + count, (byte) 0);
      String where = "seed %d step %d".formatted(seed, i);
      assertArrayEquals(model, handle.content, where);
      checkDurable(journal.take(), fua, where);
      Arrays.fill(handle.content, (byte) (i + 1));
      Arrays.fill(model, (byte) (i + 1));
    }
  }

  /** Either a flush is the last call, or every call that changed something was forced. */
  private void checkDurable(List<String> calls, boolean fua, String where) {
    List<String> changes =
        calls.stream()
            .filter(call -> call.startsWith("pwrite") || call.startsWith("zero"))
            .filter(call -> !(handle.zeroError != null && call.startsWith("zero")))
            .toList();
    boolean flushed = calls.getLast().equals("flush");
    boolean forced = changes.stream().allMatch(call -> call.contains("FUA"));
    assertEquals(fua, flushed || forced, () -> where + " " + calls);
    assertTrue(calls.stream().filter("flush"::equals).count() <= 1, () -> where + " " + calls);
  }
}
