package nbdj.script;

import static nbdj.script.Scripts.NEEDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.PluginHandle;
import nbdj.api.Support;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms that a script can have, and what each offers. */
class FormsTests {
  private static final String HANDLE =
      """
      import java.nio.ByteBuffer;
      import nbdj.api.*;
      class Disk implements PluginHandle {
        private final String text = "handle " + Counter.next();
        public long size() { return text.length(); }
        public void pread(ByteBuffer buffer, long offset) {
          buffer.put(text.getBytes(), (int) offset, buffer.remaining());
        }
      """;

  private static final String COUNTER =
      """
      }
      class Counter {
        private static int last;
        static int next() { return ++last; }
      }
      """;

  @TempDir Path folder;

  @Test
  void compactFile_serves_withOneObjectForAll() throws IOException {
    String script =
        "int opened; long size() { return ++opened; } void pread(ByteBuffer b, long o) {}";
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
      assertEquals(1, scripts.open().size());
      assertEquals(2, scripts.open().size());
    }
  }

  @Test
  void compactFile_metadataContext_isServed() throws IOException {
    String script =
        """
        import nbdj.api.*;
        List<String> metaContexts() { return List.of("x-mine:state"); }
        void metaExtents(String context, long at, long count, MetaSink sink) throws IOException {
          sink.add(at, count, 3);
        }
        """;
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script + NEEDED)) {
      PluginHandle handle = scripts.open();
      assertEquals(List.of("x-mine:state"), handle.metaContexts());
      List<String> seen = new ArrayList<>();
      handle.metaExtents(
          "x-mine:state",
          1,
          5,
          Flags.NONE,
          (offset, length, status) -> seen.add(offset + "+" + length + " " + status));
      assertEquals(List.of("1+5 3"), seen);
    }
    try (Scripts scripts = Scripts.started(folder, "Plain.java", NEEDED)) {
      assertEquals(List.of(), scripts.open().metaContexts());
    }
  }

  @Test
  void handleClass_serves_withAnObjectForEachClient() throws IOException {
    try (Scripts scripts = Scripts.started(folder, "Disk.java", HANDLE + COUNTER)) {
      PluginHandle first = scripts.open();
      PluginHandle second = scripts.open();
      assertNotSame(first, second);
      assertEquals("handle 1", Scripts.read(first, 0, 8));
      assertEquals("handle 2", Scripts.read(second, 0, 8));
      assertEquals(ThreadModel.SERIALIZE_ALL_REQUESTS, scripts.model());
    }
  }

  @Test
  void pluginClass_besideAHandleClass_isTheScript() throws IOException {
    String plugin =
        """
        class Whole implements Plugin {
          public ThreadModel threadModel() { return ThreadModel.PARALLEL; }
          public PluginHandle open(OpenRequest request) { return new Disk(); }
        }
        """;
    try (Scripts scripts = Scripts.started(folder, "Disk.java", HANDLE + COUNTER + plugin)) {
      assertEquals(ThreadModel.PARALLEL, scripts.model());
      assertEquals("handle 1", Scripts.read(scripts.open(), 0, 8));
    }
  }

  @Test
  void abstractClasses_areNoCandidates() throws IOException {
    String script =
        HANDLE.replace("class Disk", "abstract class Disk")
            + COUNTER
            + "final class Real extends Disk {}";
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
      assertEquals("handle 1", Scripts.read(scripts.open(), 0, 8));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"disk", "10-disk.java", "class.java", "my disk.sh", "record.java", "_", "é.java"})
  void file_ofAnyName_serves(String name) throws IOException {
    try (Scripts scripts = Scripts.started(folder, name, NEEDED)) {
      assertEquals(8, scripts.open().size());
    }
    try (Scripts scripts =
        Scripts.started(
            folder, name, HANDLE.replace("class Disk", "public class Disk") + COUNTER)) {
      assertEquals(8, scripts.open().size());
    }
  }

  @Test
  void compactFile_withItsOwnMainAndTypesAndImports_serves() throws IOException {
    String script =
        """
        import java.util.concurrent.atomic.*;
        import static nbdj.api.ThreadModel.*;
        record Text(String value) {}
        enum Colour { RED }
        static final AtomicLong SIZE = new AtomicLong(new Text("four").value().length());
        void main() { IO.println(size()); }
        static long size() { return SIZE.get(); }
        private void pread(ByteBuffer buffer, long offset) { buffer.position(buffer.limit()); }
        ThreadModel threadModel() { return PARALLEL; }
        """;
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
      assertEquals(4, scripts.open().size());
      assertEquals(ThreadModel.PARALLEL, scripts.model());
      Scripts.read(scripts.open(), 0, 4);
    }
  }

  @Test
  void compactFile_withOpen_opensWhatItLikes() throws IOException {
    String script =
        """
        PluginHandle open(OpenRequest request) {
          return new PluginHandle() {
            public long size() { return request.exportName().length(); }
            public void pread(ByteBuffer buffer, long offset) {}
            public void pwrite(ByteBuffer buffer, long offset, Flags flags) {}
          };
        }
        List<Export> listExports(boolean readOnly, boolean tls) { return List.of(Export.of("a")); }
        """;
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
      PluginHandle handle = scripts.plugin().open(OpenRequest.of(false, "export"));
      assertEquals(6, handle.size());
      assertEquals("a", scripts.plugin().listExports(false, false).getFirst().name());
      // As in a jar: the handle does not say that it can write.
      assertFalse(handle.canWrite());
    }
  }

  @Test
  void shortForms_withoutOperations_offerNothing() throws IOException {
    for (String script : List.of(NEEDED, HANDLE + COUNTER)) {
      try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
        PluginHandle handle = scripts.open();
        assertFalse(handle.canWrite() || handle.canFlush() || handle.canTrim());
        assertFalse(handle.canZero() || handle.canExtents() || handle.canMultiConn());
        assertTrue(handle.canFastZero());
        assertEquals(Support.NONE, handle.canFua());
        assertEquals(Support.NONE, handle.canCache());
      }
    }
  }

  @Test
  void shortForms_withOperations_offerThem() throws IOException {
    String operations =
        """
          public void pwrite(ByteBuffer buffer, long offset, Flags flags) {}
          public void flush() {}
          public void trim(long offset, long count, Flags flags) {}
          public void zero(long offset, long count, Flags flags) {}
          public void extents(long offset, long count, Flags flags, ExtentSink sink) {}
          public void cache(long offset, long count) {}
        """;
    for (String script : List.of(NEEDED + operations, HANDLE + operations + COUNTER)) {
      try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
        PluginHandle handle = scripts.open();
        assertTrue(handle.canWrite() && handle.canFlush() && handle.canTrim());
        assertTrue(handle.canZero() && handle.canExtents());
        assertFalse(handle.canFastZero());
        assertEquals(Support.EMULATE, handle.canFua());
        assertEquals(Support.NATIVE, handle.canCache());
      }
    }
  }

  @Test
  void shortForms_thatAnswerAQuestion_areBelieved() throws IOException {
    String answers =
        """
          public boolean canWrite() { return false; }
          public void pwrite(ByteBuffer buffer, long offset, Flags flags) {}
          public boolean canFlush() { return true; }
          public boolean canTrim() { return true; }
          public boolean canZero() { return true; }
          public boolean canFastZero() { return true; }
          public boolean canExtents() { return true; }
          public boolean canMultiConn() { return true; }
          public boolean isRotational() { return true; }
          public Support canFua() { return Support.NATIVE; }
          public Support canCache() { return Support.EMULATE; }
          public java.util.Optional<String> description() { return java.util.Optional.of("said"); }
          public BlockSize blockSize() { return new BlockSize(512, 4096, 65536); }
        """;
    for (String script : List.of(NEEDED + answers, HANDLE + answers + COUNTER)) {
      try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
        PluginHandle handle = scripts.open();
        assertFalse(handle.canWrite());
        assertTrue(handle.canFlush() && handle.canTrim() && handle.canZero());
        assertTrue(handle.canFastZero() && handle.canExtents() && handle.canMultiConn());
        assertTrue(handle.isRotational());
        assertEquals(Support.NATIVE, handle.canFua());
        assertEquals(Support.EMULATE, handle.canCache());
        assertEquals("said", handle.description().orElseThrow());
        assertEquals(4096, handle.blockSize().preferred());
      }
    }
  }

  @Test
  void compactOperations_withAndWithoutFlags_areCalled() throws IOException {
    String script =
        NEEDED
            + """
            StringBuilder said = new StringBuilder();
            void pwrite(ByteBuffer buffer, long offset) { said.append("w" + offset); }
            void trim(long offset, long count, Flags flags) { said.append("t" + count + flags); }
            void zero(long offset, long count) { said.append("z" + count); }
            void extents(long offset, long count, ExtentSink sink) throws IOException {
              sink.add(offset, count, ExtentType.HOLE_ZERO);
            }
            void cache(long offset, long count) { throw new IllegalStateException("" + said); }
            """;
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
      PluginHandle handle = scripts.open();
      handle.pwrite(ByteBuffer.allocate(1), 3, Flags.NONE);
      handle.trim(4, 5, Flags.of(Flag.FUA));
      handle.zero(6, 7, Flags.NONE);
      StringBuilder extents = new StringBuilder();
      handle.extents(1, 2, Flags.NONE, (offset, count, type) -> extents.append(type));
      assertEquals("HOLE_ZERO", extents.toString());
      IOException said = assertThrows(IOException.class, () -> handle.cache(0, 1));
      assertEquals("Disk.java:8: IllegalStateException: w3t5FUAz7", said.getMessage());
    }
  }

  @Test
  void callbacksOfACompactFile_areAllCalled_inTheirOrder() throws IOException {
    String script =
        NEEDED
            + """
            StringBuilder said = new StringBuilder();
            List<Parameter> parameters() {
              return List.of(Parameter.of("a", Parameter.Type.STRING, "A."));
            }
            void load() { said.append("load "); }
            void config(String key, String value) { said.append(key + value + " "); }
            void configComplete() { said.append("complete "); }
            void getReady(ThreadModel model) { said.append(model + " "); }
            void afterFork() { said.append("fork "); }
            void preconnect(boolean readOnly) { said.append("connect "); }
            Map<String, String> dump() { return Map.of("said", said.toString()); }
            Optional<String> defaultExport(boolean readOnly, boolean tls) {
              return Optional.of("default");
            }
            void close() { said.append("close "); }
            void cleanup() { said.append("cleanup "); }
            void unload() { throw new IllegalStateException("unload"); }
            """;
    Scripts scripts = Scripts.configured(folder, "Disk.java", script);
    assertEquals(
        List.of("a", "script", "classpath", "reload"),
        scripts.plugin().parameters().stream().map(Parameter::name).toList());
    scripts.plugin().config("a", "b");
    scripts.started();
    scripts.plugin().preconnect(false);
    assertEquals("default", scripts.plugin().defaultExport(false, false).orElseThrow());
    scripts.open().close();
    scripts.plugin().cleanup();
    assertEquals(
        "load ab complete SERIALIZE_ALL_REQUESTS fork connect close cleanup ",
        scripts.plugin().dump().get("said"));
    IOException failed = assertThrows(IOException.class, scripts::close);
    assertEquals("Disk.java:17: IllegalStateException: unload", failed.getMessage());
  }
}
