package nbdj.runtime.chain;

import static nbdj.runtime.chain.Calls.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a handle is, and who ends it: rules O-1 to O-7. */
class OwnershipTests {
  private final Journal journal = new Journal();
  private final JournalPlugin plugin = new JournalPlugin(journal);
  private final LendingFilter lender = new LendingFilter(journal);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lentHandle_whenConnectionsEnd_survivesThemAll(boolean careless) throws IOException {
    lender.careless = careless;
    Chain chain = Chains.serving(plugin, new JournalFilter(journal, "a"), lender);
    Client reader = chain.connect(false);
    Next steady = reader.open("x");
    for (int i = 0; i < 3; i++) {
      try (Client client = chain.connect(false)) {
        client.open("x");
      }
    }
    steady.pread(ByteBuffer.allocate(16), 0);
    assertEquals(1, journal.count("plugin open"));
    assertEquals(0, journal.count("plugin close"));
    reader.close();
    assertEquals(0, journal.count("plugin close"));
    chain.stop();
    assertEquals(1, journal.count("plugin close"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lender open",
        "lender prepare",
        "a prepare",
        "a opened",
        "lender finalize",
        "lender close",
        "a finalize",
        "a close"
      })
  void lentHandle_whenACallbackFails_survives(String event) throws IOException {
    lender.careless = true;
    Chain chain = Chains.serving(plugin, new JournalFilter(journal, "a"), lender);
    journal.fail(event, new IllegalStateException("broken"));
    Client client = chain.connect(false);
    try {
      client.open("x");
    } catch (NbdException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("broken"), e.getMessage());
    }
    client.close();
    journal.heal();
    Client other = chain.connect(false);
    other.open("x").pread(ByteBuffer.allocate(16), 0);
    assertEquals(1, journal.count("plugin open"));
    assertEquals(0, journal.count("plugin close"));
    chain.stop();
    assertEquals(1, journal.count("plugin close"));
  }

  @Test
  void stop_withLeakedHandle_closesItAfterItsOwnersCleanup() throws IOException {
    lender.careless = true;
    Chain chain = Chains.serving(plugin, lender, new JournalFilter(journal, "inner"));
    chain.connect(false).open("x");
    journal.take();
    chain.stop();
    assertEquals(
        List.of(
            "lender finalize",
            "lender close",
            "lender cleanup",
            "inner finalize",
            "inner close",
            "plugin close",
            "inner cleanup",
            "plugin cleanup",
            "plugin unload",
            "inner unload",
            "lender unload"),
        journal.take());
  }

  @Test
  void startThatFails_afterASharedOpen_closesIt() throws IOException {
    Chain chain = Chains.builder(plugin, new JournalFilter(journal, "a"), lender).build();
    lender.careless = true;
    journal.fail("a afterFork");
    assertThrows(IOException.class, () -> Chains.start(chain));
    chain.stop();
    assertEquals(1, journal.count("plugin open"));
    assertEquals(1, journal.count("plugin close"));
  }

  @Test
  void close_ofAConnectionsHandle_isRefused() throws IOException {
    ProbeFilter probe = new ProbeFilter();
    Chain chain = Chains.serving(plugin, probe);
    Next export = chain.connect(false).open("x");
    Next inner = assertNotNullNext(probe.context().next());
    assertThrows(IllegalStateException.class, inner::close);
    assertThrows(IllegalStateException.class, inner::prepare);
    assertThrows(IllegalStateException.class, export::close);
    export.pread(ByteBuffer.allocate(16), 0);
    chain.stop();
    assertEquals(1, journal.count("plugin close"));
  }

  @Test
  void close_byTheOwner_happensOnceAndThrowsItsFirstFailure() throws IOException {
    ProbeFilter probe = new ProbeFilter();
    Chain chain = Chains.serving(plugin, probe, new JournalFilter(journal, "inner"));
    Next own = probe.backend().open(false, "x", true);
    own.prepare();
    assertThrows(IllegalStateException.class, own::prepare);
    journal.take();
    journal.fail("inner finalize").fail("plugin close");
    IOException failure = assertThrows(IOException.class, own::close);
    assertEquals("no inner finalize", failure.getMessage());
    assertEquals("no plugin close", failure.getSuppressed()[0].getMessage());
    own.close();
    assertEquals(List.of("inner finalize", "inner close", "plugin close"), journal.take());
    chain.stop();
  }

  @Test
  void close_withoutPrepare_finalizesNothing() throws IOException {
    ProbeFilter probe = new ProbeFilter();
    Chain chain = Chains.serving(plugin, probe, new JournalFilter(journal, "inner"));
    Next own = probe.backend().open(false, "x", true);
    assertThrows(IllegalStateException.class, own::size, "not prepared");
    journal.take();
    own.close();
    assertEquals(List.of("inner close", "plugin close"), journal.take());
    assertEquals(NbdError.ESHUTDOWN, error(own::size));
    assertEquals(NbdError.ESHUTDOWN, error(own::prepare));
    chain.stop();
  }

  @Test
  void closedNext_answersEveryCallWithShutdown() throws IOException {
    Chain chain = Chains.serving(plugin, new JournalFilter(journal, "a"));
    Client client = chain.connect(false);
    Next export = client.open("x");
    export.size();
    client.release(export);
    ByteBuffer buffer = ByteBuffer.allocate(16);
    List<Calls.IoCall> calls =
        List.of(
            export::size,
            export::canWrite,
            export::canFua,
            export::description,
            () -> export.pread(buffer, 0),
            () -> export.pwrite(buffer, 0, Flags.NONE),
            export::flush,
            () -> export.trim(0, 1, Flags.NONE),
            () -> export.zero(0, 1, Flags.NONE),
            () -> export.cache(0, 1),
            () -> export.extents(0, 1, Flags.NONE, (offset, length, type) -> {}));
    for (Calls.IoCall call : calls) {
      assertEquals(NbdError.ESHUTDOWN, error(call));
    }
    assertEquals("x", export.exportName());
    chain.stop();
  }

  @Test
  void setNext_returnsWhatWasSet() throws IOException {
    ProbeFilter probe = new ProbeFilter();
    Chain chain = Chains.serving(plugin, probe);
    chain.connect(false).open("x");
    Context context = probe.context();
    Next opened = assertNotNullNext(context.next());
    Next own = probe.backend().open(false, "y", true);
    assertSame(opened, context.setNext(own));
    assertSame(own, context.setNext(null));
    assertNull(context.setNext(opened));
    assertSame(opened, context.next());
    chain.stop();
    assertEquals(journal.count("plugin open"), journal.count("plugin close"));
  }

  @Test
  void setNext_ofAWrongHandle_isRefused() throws IOException {
    ProbeFilter probe = new ProbeFilter();
    Chain chain = Chains.serving(plugin, probe, new JournalFilter(journal, "inner"));
    ProbeFilter stranger = new ProbeFilter();
    Chain otherChain = Chains.serving(new JournalPlugin(new Journal()), stranger);
    Next export = chain.connect(false).open("x");
    Context first = probe.context();
    chain.connect(false).open("y");
    Context second = probe.context();
    Next closed = probe.backend().open(false, "z", true);
    closed.close();
    Next foreign = stranger.backend().open(false, "x", true);
    assertThrows(IllegalArgumentException.class, () -> first.setNext(closed));
    assertThrows(IllegalArgumentException.class, () -> first.setNext(foreign));
    assertThrows(IllegalArgumentException.class, () -> first.setNext(export), "itself");
    assertThrows(IllegalArgumentException.class, () -> first.setNext(second.next()), "of another");
    export.pread(ByteBuffer.allocate(16), 0);
    chain.stop();
    otherChain.stop();
  }

  @Test
  void openNext_whereThereIsANext_isRefused() throws IOException {
    ProbeFilter probe = new ProbeFilter();
    Chain chain = Chains.serving(plugin, probe);
    chain.connect(false).open("x");
    Context context = probe.context();
    assertThrows(IllegalStateException.class, () -> context.openNext(false, "y"));
    Next first = context.setNext(null);
    Next second = context.openNext(false, "y");
    // Late as it is, the server has prepared it.
    assertEquals(1 << 16, second.size());
    assertSame(second, context.setNext(first));
    assertEquals(2, journal.count("plugin open"));
    chain.stop();
    assertEquals(2, journal.count("plugin close"), "O-4: both still belong to the connection");
  }

  @Test
  void context_afterItsHandleClosed_opensAndSetsNothing() throws IOException {
    ProbeFilter probe = new ProbeFilter();
    Chain chain = Chains.serving(plugin, probe);
    Client client = chain.connect(false);
    client.open("x");
    client.close();
    Context context = probe.context();
    assertThrows(IllegalStateException.class, () -> context.setNext(null));
    assertThrows(IllegalStateException.class, () -> context.openNext(false, "x"));
    assertEquals(1, journal.count("plugin open"));
    chain.stop();
  }

  @Test
  void operation_withoutANext_failsWithAClearMessage() throws IOException {
    JournalFilter forgetful =
        new JournalFilter(journal, "a") {
          @Override
          void openNext(Context context, OpenRequest request) {}
        };
    Chain chain = Chains.serving(plugin, forgetful);
    Next export = chain.connect(false).open("x");
    NbdException failure = assertThrows(NbdException.class, export::size);
    assertEquals(NbdError.EIO, failure.error());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("call openNext or setNext first"),
        failure.getMessage());
    chain.stop();
  }

  @Test
  void setNext_duringAnOperation_leavesItTheHandleItReceived() throws IOException {
    List<String> seen = new ArrayList<>();
    ProbeFilter probe =
        new ProbeFilter() {
          @Override
          FilterHandle handle() {
            return new PassThrough() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                Context context = context();
                context.setNext(backend().open(false, "second", true));
                assertNotNullNext(context.next()).prepare();
                seen.add(next.exportName());
                super.read(next, offset, count, sink);
              }
            };
          }
        };
    Chain chain = Chains.serving(plugin, probe);
    Next export = chain.connect(false).open("first");
    export.pread(ByteBuffer.allocate(16), 0);
    export.pread(ByteBuffer.allocate(16), 0);
    assertEquals(List.of("first", "second"), seen);
    chain.stop();
    assertEquals(journal.count("plugin open"), journal.count("plugin close"));
  }

  @Test
  void backend_outsideItsTime_isRefused() throws IOException {
    ProbeFilter early =
        new ProbeFilter() {
          @Override
          public void configComplete(Backend next) throws IOException {
            assertThrows(IllegalStateException.class, () -> next.open(false, "x", true));
            assertThrows(IllegalStateException.class, () -> next.listExports(false, false));
            super.configComplete(next);
          }
        };
    Chain chain = Chains.serving(plugin, early);
    Backend backend = early.backend();
    assertThrows(IllegalStateException.class, backend::configComplete);
    chain.stop();
    assertThrows(IllegalStateException.class, () -> backend.open(false, "x", true));
    assertEquals(0, journal.count("plugin open"));
  }

  private static Next assertNotNullNext(@Nullable Next next) {
    assertNotNull(next);
    return next;
  }
}
