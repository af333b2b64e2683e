package nbdj.runtime.chain;

import static nbdj.runtime.chain.Calls.error;
import static nbdj.runtime.chain.Calls.failure;
import static nbdj.runtime.chain.Calls.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.Export;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import nbdj.api.Support;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What becomes of a layer's failures and faults: rules. */
class ContainmentTests {
  static final List<Throwable> FAULTS = Thrown.FAULTS;

  private final Journal journal = new Journal();

  @ParameterizedTest
  @FieldSource("FAULTS")
  void fault_inAnyOperation_isAnIoErrorAndNoMore(Throwable thrown) throws IOException {
    boolean[] armed = new boolean[1];
    PluginHandle handle =
        new RecordingHandle(journal, 4096) {
          @Override
          public void pread(ByteBuffer buffer, long offset) throws IOException {
            throwIfArmed();
            super.pread(buffer, offset);
          }

          @Override
          public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
            throwIfArmed();
          }

          @Override
          public void flush() {
            throwIfArmed();
          }

          @Override
          public void trim(long offset, long count, Flags flags) {
            throwIfArmed();
          }

          @Override
          public void zero(long offset, long count, Flags flags) {
            throwIfArmed();
          }

          @Override
          public void extents(long offset, long count, Flags flags, ExtentSink sink) {
            throwIfArmed();
          }

          @Override
          public void cache(long offset, long count) {
            throwIfArmed();
          }

          @Override
          public Optional<String> description() {
            throwIfArmed();
            return Optional.empty();
          }

          private void throwIfArmed() {
            if (armed[0]) {
              Thrown.<RuntimeException>sneak(thrown);
            }
          }
        };
    Chain chain = Chains.serving(pluginOf(handle), new JournalFilter(journal, "a"));
    Next export = chain.connect(false).open("x");
    armed[0] = true;
    Map<String, Calls.IoCall> calls = new LinkedHashMap<>();
    calls.put("pread", () -> export.pread(ByteBuffer.allocate(16), 0));
    calls.put("read", () -> export.read(0, 16, new BufferSink(ByteBuffer.allocateDirect(16))));
    calls.put("pwrite", () -> export.pwrite(ByteBuffer.allocate(16), 0, Flags.NONE));
    calls.put("flush", export::flush);
    calls.put("trim", () -> export.trim(0, 16, Flags.NONE));
    calls.put("zero", () -> export.zero(0, 16, Flags.NONE));
    calls.put("extents", () -> export.extents(0, 16, Flags.NONE, new Extents()));
    calls.put("cache", () -> export.cache(0, 16));
    calls.put("description", export::description);
    for (Map.Entry<String, Calls.IoCall> call : calls.entrySet()) {
      assertEquals(NbdError.EIO, error(call.getValue()), call.getKey());
    }
    armed[0] = false;
    export.pread(ByteBuffer.allocate(16), 0);
    chain.stop();
    assertEquals(1, journal.count("plugin close"));
  }

  @ParameterizedTest
  @FieldSource("FAULTS")
  void fault_inPreconnectListOrOpen_failsThatClientOnly(Throwable thrown) throws IOException {
    boolean[] armed = new boolean[1];
    JournalPlugin plugin =
        new JournalPlugin(journal) {
          @Override
          public void preconnect(boolean readOnly) {
            throwIfArmed();
          }

          @Override
          public List<Export> listExports(boolean readOnly, boolean tls) {
            throwIfArmed();
            return List.of();
          }

          @Override
          public Optional<String> defaultExport(boolean readOnly, boolean tls) {
            throwIfArmed();
            return Optional.of("");
          }

          @Override
          public PluginHandle open(OpenRequest request) throws IOException {
            throwIfArmed();
            return super.open(request);
          }

          private void throwIfArmed() {
            if (armed[0]) {
              Thrown.<RuntimeException>sneak(thrown);
            }
          }
        };
    Chain chain = Chains.serving(plugin, new JournalFilter(journal, "a"));
    Client client = chain.connect(false);
    armed[0] = true;
    assertEquals(NbdError.EIO, error(() -> chain.connect(false)));
    assertEquals(NbdError.EIO, error(client::listExports));
    assertEquals(NbdError.EIO, error(client::defaultExport));
    assertEquals(NbdError.EIO, error(() -> client.open("x")));
    armed[0] = false;
    client.open("").size();
    chain.stop();
  }

  @Test
  void failureWithAnError_passesUnchangedThroughAllLayers() throws IOException {
    NbdException full = new NbdException(NbdError.ENOSPC, "the disk is full");
    Next export = openFailing(full);
    assertSame(full, failure(() -> export.pwrite(ByteBuffer.allocate(1), 0, Flags.NONE)));
  }

  @Test
  void failureWithoutAnError_isAnIoErrorWithItsMessage() throws IOException {
    Next export = openFailing(new IOException("the cable is out"));
    NbdException seen = failure(() -> export.pwrite(ByteBuffer.allocate(1), 0, Flags.NONE));
    assertEquals(NbdError.EIO, seen.error());
    assertEquals("the cable is out", seen.getMessage());
  }

  @Test
  void failureWhoseMessageIsAFileName_saysWhatIsWrong() throws IOException {
    Next export = openFailing(new NoSuchFileException("/disk.img"));
    assertEquals(
        "NoSuchFileException: /disk.img",
        message(() -> export.pwrite(ByteBuffer.allocate(1), 0, Flags.NONE)));
  }

  @Test
  void failureThatRepeatsWhatAClientSent_isEscaped() throws IOException {
    Next export = openFailing(new IOException("no export a\n[ERROR] b\u001b[2J"));
    assertEquals(
        "no export a\\u000a[ERROR] b\\u001b[2J",
        message(() -> export.pwrite(ByteBuffer.allocate(1), 0, Flags.NONE)));
  }

  @Test
  void failureThatCannotTellItsError_isAnIoError() throws IOException {
    Next export = openFailing(Thrown.withoutError());
    assertEquals(NbdError.EIO, error(() -> export.pwrite(ByteBuffer.allocate(1), 0, Flags.NONE)));
  }

  @Test
  void openThatFails_keepsItsMessage() throws IOException {
    Chain chain = Chains.serving(new JournalPlugin(journal), new JournalFilter(journal, "a"));
    journal.fail("plugin open", new NbdException(NbdError.EINVAL, "no export named x"));
    NbdException seen = failure(() -> chain.connect(false).open("x"));
    assertEquals("no export named x", seen.getMessage());
    assertEquals(NbdError.EINVAL, seen.error());
    chain.stop();
  }

  @Test
  void sizeBelowZero_isAViolation() throws IOException {
    Next export =
        open(
            new MemoryHandle(journal, 0) {
              @Override
              public long size() {
                return -1;
              }
            });
    assertEquals("size answered -1 (rule C-1)", message(export::size));
  }

  @Test
  @SuppressWarnings("NullAway") // A layer compiled without checks does this.
  void nullReturns_areNamed() throws IOException {
    Next export =
        open(
            new MemoryHandle(journal, 16) {
              @Override
              public Optional<String> description() {
                return null;
              }

              @Override
              public BlockSize blockSize() {
                return null;
              }

              @Override
              public Support canFua() {
                return null;
              }

              @Override
              public Support canCache() {
                return null;
              }
            });
    assertEquals("description returned null (rule X-5)", message(export::description));
    assertEquals("blockSize returned null (rule X-5)", message(export::blockSize));
    assertEquals("canFua returned null (rule X-5)", message(export::canFua));
    assertEquals("canCache returned null (rule X-5)", message(export::canCache));
  }

  @Test
  @SuppressWarnings("NullAway") // A layer compiled without checks does this.
  void nullReturns_ofServerWideCallbacks_areNamed() throws IOException {
    JournalPlugin plugin =
        new JournalPlugin(journal) {
          @Override
          public List<Export> listExports(boolean readOnly, boolean tls) {
            return tls ? null : Collections.singletonList(null);
          }

          @Override
          public Optional<String> defaultExport(boolean readOnly, boolean tls) {
            return null;
          }

          @Override
          public PluginHandle open(OpenRequest request) {
            return null;
          }
        };
    Chain chain = Chains.serving(plugin, new JournalFilter(journal, "a"));
    assertEquals(
        "listExports returned null (rule X-5)", message(() -> chain.connect(true).listExports()));
    assertEquals(NbdError.EIO, error(() -> chain.connect(false).listExports()));
    assertEquals(
        "defaultExport returned null (rule X-5)",
        message(() -> chain.connect(false).defaultExport()));
    assertEquals("open returned null (rule X-5)", message(() -> chain.connect(false).open("x")));
    assertEquals(NbdError.EIO, error(() -> chain.connect(false).open("")));
    chain.stop();
  }

  @Test
  @SuppressWarnings("NullAway") // A layer compiled without checks does this.
  void nullThreadModel_failsTheStart() {
    JournalPlugin plugin = new JournalPlugin(journal);
    plugin.model = null;
    assertEquals("plugin: threadModel returned null", message(() -> Chains.serving(plugin)));
  }

  @Test
  void exportNames_againstTheRules_areRefused() throws IOException {
    String[] name = {"a\0b"};
    JournalPlugin plugin =
        new JournalPlugin(journal) {
          @Override
          public Optional<String> defaultExport(boolean readOnly, boolean tls) {
            return Optional.of(name[0]);
          }

          @Override
          public List<Export> listExports(boolean readOnly, boolean tls) {
            return Collections.nCopies(Export.MAX_EXPORTS + 1, Export.of("x"));
          }
        };
    Chain chain = Chains.serving(plugin);
    Client client = chain.connect(false);
    assertTrue(message(client::defaultExport).contains("(rule N-1)"));
    name[0] = "é".repeat(2049);
    assertTrue(message(client::defaultExport).contains("(rule N-1)"));
    assertTrue(message(() -> client.open(name[0])).contains("(rule N-1)"));
    name[0] = "half of a pair: \uD83D";
    assertTrue(message(client::defaultExport).contains("(rule N-1)"));
    name[0] = "é".repeat(2048);
    assertEquals(Optional.of(name[0]), client.defaultExport());
    assertTrue(message(client::listExports).contains("(rule N-2)"));
    assertEquals(0, journal.count("plugin open"));
    chain.stop();
  }

  @Test
  void export_whereThereIsNoDefault_isRefused() throws IOException {
    Chain chain =
        Chains.serving(
            new JournalPlugin(journal) {
              @Override
              public Optional<String> defaultExport(boolean readOnly, boolean tls) {
                return Optional.empty();
              }
            });
    assertEquals(
        "there is no default export (ask for one by name)",
        message(() -> chain.connect(false).open("")));
    chain.stop();
  }

  @Test
  void description_againstTheRules_isDropped() throws IOException {
    Next export =
        open(
            new MemoryHandle(journal, 16) {
              @Override
              public Optional<String> description() {
                return Optional.of("x".repeat(4097));
              }
            });
    assertEquals(Optional.empty(), export.description());
  }

  private Next openFailing(IOException failure) throws IOException {
    return open(
        new MemoryHandle(journal, 16) {
          @Override
          public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
            throw failure;
          }
        });
  }

  private Next open(PluginHandle handle) throws IOException {
    return Chains.serving(pluginOf(handle), new JournalFilter(journal, "a"))
        .connect(false)
        .open("x");
  }

  private JournalPlugin pluginOf(PluginHandle handle) {
    return new JournalPlugin(journal) {
      @Override
      PluginHandle handle() {
        return handle;
      }
    };
  }
}
