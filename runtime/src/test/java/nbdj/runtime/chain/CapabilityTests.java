package nbdj.runtime.chain;

import static nbdj.runtime.chain.Calls.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.PluginHandle;
import nbdj.api.Support;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is offered, given what a handle answers, and how an offered operation reaches the handle.
 */
class CapabilityTests {
  private static final Flags FUA = Flags.of(Flag.FUA);

  private final Journal journal = new Journal();
  private final RecordingHandle handle = new RecordingHandle(journal, 1 << 16);
  private final JournalPlugin plugin =
      new JournalPlugin(journal) {
        @Override
        PluginHandle handle() {
          return handle;
        }
      };
  private Chain chain = Chains.builder(plugin).build();

  @AfterEach
  void stop() {
    chain.stop();
  }

  private Next open(boolean readOnly) throws IOException {
    chain = Chains.start(Chains.builder(plugin).readOnly(readOnly).build());
    Next export = chain.connect(false).open("x");
    journal.take();
    return export;
  }

  /** Through a filter that passes everything on. */
  private Next openFiltered() throws IOException {
    chain = Chains.serving(plugin, new JournalFilter(new Journal(), "a"));
    Next export = chain.connect(false).open("x");
    journal.take();
    return export;
  }

  @Test
  void everyAnswer_ofACapableHandle_shows() throws IOException {
    for (Next export : List.of(open(false), openFiltered())) {
      assertTrue(export.canWrite());
      assertTrue(export.canFlush());
      assertTrue(export.canTrim());
      assertEquals(Support.NATIVE, export.canZero());
      assertTrue(export.canFastZero());
      assertTrue(export.canExtents());
      assertEquals(Support.NATIVE, export.canFua());
      assertTrue(export.canMultiConn());
      assertEquals(Support.NATIVE, export.canCache());
      assertTrue(export.isRotational());
    }
  }

  @Test
  void readOnlyOpen_takesAwayAllThatWrites() throws IOException {
    Next export = open(true);
    assertFalse(export.canWrite());
    assertFalse(export.canTrim());
    assertEquals(Support.NONE, export.canZero());
    assertFalse(export.canFastZero());
    assertEquals(Support.NONE, export.canFua());
    assertTrue(export.canFlush());
    assertEquals(NbdError.EPERM, error(() -> export.pwrite(ByteBuffer.allocate(1), 0, Flags.NONE)));
    assertEquals(NbdError.EPERM, error(() -> export.trim(0, 1, Flags.NONE)));
    assertEquals(NbdError.EPERM, error(() -> export.zero(0, 1, Flags.NONE)));
    assertEquals(List.of("canFlush", "size"), journal.take(), "C-4: the handle is not even asked");
  }

  @Test
  void handleThatCannotWrite_isLikeReadOnly() throws IOException {
    handle.canWrite = false;
    Next export = open(false);
    assertFalse(export.canTrim());
    assertEquals(Support.NONE, export.canZero());
    assertFalse(export.canFastZero());
    assertEquals(Support.NONE, export.canFua());
  }

  @ParameterizedTest
  @CsvSource({
    "true,  true,  NATIVE,  true",
    "true,  false, NATIVE,  false",
    "false, true,  EMULATE, true",
    "false, false, EMULATE, false"
  })
  void zero_isNativeOrEmulated(boolean canZero, boolean fast, Support zero, boolean fastZero)
      throws IOException {
    handle.canZero = canZero;
    handle.canFastZero = fast;
    Next export = open(false);
    assertEquals(zero, export.canZero());
    assertEquals(fastZero, export.canFastZero());
  }

  @ParameterizedTest
  @CsvSource({
    "NONE,    true,  NONE",
    "NONE,    false, NONE",
    "EMULATE, true,  EMULATE",
    "EMULATE, false, NONE",
    "NATIVE,  true,  NATIVE",
    "NATIVE,  false, NATIVE"
  })
  void fua_emulatedWithoutFlush_isNone(Support answered, boolean canFlush, Support offered)
      throws IOException {
    handle.canFua = answered;
    handle.canFlush = canFlush;
    assertEquals(offered, open(false).canFua());
  }

  @ParameterizedTest
  @EnumSource(ThreadModel.class)
  void multiConn_isHiddenWhereConnectionsAreSerialized(ThreadModel model) throws IOException {
    plugin.model = model;
    assertEquals(model != ThreadModel.SERIALIZE_CONNECTIONS, open(false).canMultiConn());
  }

  @Test
  void questions_askedOften_reachTheHandleOnce() throws IOException {
    Next export = open(false);
    for (int i = 0; i < 3; i++) {
      export.size();
      export.blockSize();
      export.canWrite();
      export.canFlush();
      export.canTrim();
      export.canZero();
      export.canFastZero();
      export.canExtents();
      export.canFua();
      export.canMultiConn();
      export.canCache();
      export.isRotational();
      export.pread(ByteBuffer.allocateDirect(1), 0);
    }
    List<String> asked =
        journal.take().stream().filter(event -> !event.startsWith("pread")).toList();
    assertEquals(asked.stream().distinct().toList(), asked);
    assertEquals(12, asked.size());
  }

  @Test
  void question_thatFails_isAskedAgain() throws IOException {
    Next export = open(false);
    journal.fail("canWrite");
    assertThrows(NbdException.class, export::canWrite);
    assertThrows(NbdException.class, export::canTrim);
    journal.heal();
    assertTrue(export.canTrim());
  }

  @Test
  void pwrite_withFua_isPassedOnOrFollowedByAFlush() throws IOException {
    Next export = open(false);
    export.canFua();
    export.canFlush();
    export.size();
    journal.take();
    export.pwrite(ByteBuffer.allocate(8), 4, FUA);
    assertEquals(List.of("pwrite 4+8 FUA"), journal.take());
  }

  @Test
  void emulatedFua_isOneFlushAfterTheOperation() throws IOException {
    handle.canFua = Support.EMULATE;
    Next export = ready(open(false));
    export.pwrite(ByteBuffer.allocate(8), 4, FUA);
    export.trim(0, 16, FUA);
    export.zero(0, 16, FUA);
    export.zero(0, 16, Flags.of(Flag.MAY_TRIM, Flag.FAST_ZERO));
    assertEquals(
        List.of(
            "pwrite 4+8 none",
            "flush",
            "trim 0+16 none",
            "flush",
            "zero 0+16 none",
            "flush",
            "zero 0+16 MAY_TRIM,FAST_ZERO"),
        journal.take());
  }

  @Test
  void fuaFailingToFlush_failsTheOperation() throws IOException {
    handle.canFua = Support.EMULATE;
    Next export = ready(open(false));
    journal.fail("flush", new NbdException(NbdError.ENOTSUP, "no flush today"));
    assertEquals(NbdError.ENOTSUP, error(() -> export.zero(0, 16, FUA)));
    assertEquals(List.of("zero 0+16 none", "flush"), journal.take(), "no fallback to writing");
  }

  @Test
  void whatIsNotOffered_isRefusedBeforeTheHandle() throws IOException {
    handle.canFlush = false;
    handle.canTrim = false;
    handle.canFastZero = false;
    handle.canFua = Support.NONE;
    handle.canCache = Support.NONE;
    Next export = ready(open(false));
    assertEquals(NbdError.EINVAL, error(export::flush));
    assertEquals(NbdError.EINVAL, error(() -> export.trim(0, 1, Flags.NONE)));
    assertEquals(NbdError.EINVAL, error(() -> export.zero(0, 1, Flags.of(Flag.FAST_ZERO))));
    assertEquals(NbdError.EINVAL, error(() -> export.zero(0, 1, FUA)));
    assertEquals(NbdError.EINVAL, error(() -> export.pwrite(ByteBuffer.allocate(1), 0, FUA)));
    assertEquals(NbdError.EINVAL, error(() -> export.cache(0, 1)));
    Flags wrong = Flags.of(Flag.REQ_ONE);
    assertEquals(NbdError.EINVAL, error(() -> export.pwrite(ByteBuffer.allocate(1), 0, wrong)));
    assertEquals(NbdError.EINVAL, error(() -> export.zero(0, 1, wrong)));
    assertEquals(
        NbdError.EINVAL, error(() -> export.extents(0, 1, FUA, (offset, length, type) -> {})));
    assertEquals(List.of(), journal.take());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, 1",
    "0, -1",
    "65536, 1",
    "65535, 2",
    "0, 65537",
    "9223372036854775807, 1",
    "1, 9223372036854775807",
    "9223372036854775807, 9223372036854775807"
  })
  void range_outsideTheExport_isRefusedBeforeTheHandle(long offset, long count) throws IOException {
    Next export = ready(open(false));
    assertEquals(NbdError.EINVAL, error(() -> export.trim(offset, count, Flags.NONE)));
    assertEquals(NbdError.EINVAL, error(() -> export.zero(offset, count, Flags.NONE)));
    assertEquals(NbdError.EINVAL, error(() -> export.cache(offset, count)));
    assertEquals(
        NbdError.EINVAL,
        error(() -> export.extents(offset, count, Flags.NONE, (at, length, type) -> {})));
    assertEquals(
        NbdError.EINVAL,
        error(() -> export.read(offset, count, new BufferSink(ByteBuffer.allocateDirect(1)))));
    if (count >= 0 && count < 1 << 20) {
      ByteBuffer buffer = ByteBuffer.allocate((int) count);
      assertEquals(NbdError.EINVAL, error(() -> export.pread(buffer, offset)));
      assertEquals(NbdError.EINVAL, error(() -> export.pwrite(buffer, offset, Flags.NONE)));
    }
    assertEquals(List.of(), journal.take());
  }

  @Test
  void emulatedCache_readsAllOfTheRange() throws IOException {
    handle.canCache = Support.EMULATE;
    Next export = ready(open(false));
    export.cache(16, (1 << 16) - 16);
    assertEquals(List.of("pread 16+65520"), journal.take());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void extents_withoutOwn_areOneOfData(boolean reqOne) throws IOException {
    handle.canExtents = false;
    Next export = ready(open(false));
    Extents got = new Extents();
    export.extents(7, 100, reqOne ? Flags.of(Flag.REQ_ONE) : Flags.NONE, got);
    assertEquals(List.of(new Extents.Extent(7, 100, ExtentType.DATA)), got.all());
    assertEquals(List.of(), journal.take());
  }

  /** Have all questions answered, so that the journal shows operations alone. */
  private Next ready(Next export) throws IOException {
    export.size();
    export.canFua();
    export.canFlush();
    export.canTrim();
    export.canFastZero();
    export.canExtents();
    export.canCache();
    journal.take();
    return export;
  }
}
