package nbdj.runtime.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Export;
import nbdj.api.FilterHandle;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;

/** The order of calls that authors are shown is the one that they get. */
final class CallOrderDrawingTests {
  private static final Path PAGE = Path.of("../docs/lifecycle-and-threads.md");

  private final Journal journal = new Journal();

  @Test
  void servedClient_callsWhatThePageDraws() throws IOException {
    NbdServer server =
        NbdServer.builder()
            .filter("outer", new DrawnFilter("outer"))
            .filter("inner", new DrawnFilter("inner"))
            .plugin("plugin", new DrawnPlugin())
            .config("outer-key", "1")
            .config("inner-key", "2")
            .config("plugin-key", "3")
            .privateSocket()
            .start();
    try (RawClient client = new RawClient(server.address()).greet()) {
      client.option(RawClient.LIST);
      client.replies();
      client.go("one");
      client.request(RawClient.READ, 0, 1, 0, 512);
      client.receive(16 + 512);
      client.request(RawClient.DISC, 0, 2, 0, 0);
      client.isClosed();
    }
    server.stop();
    assertEquals(
        String.join("\n", CallOrderDrawing.read(Files.readString(PAGE))),
        String.join("\n", journal.take()),
        "the drawing in " + PAGE);
  }

  private static List<Parameter> parameters(String layer) {
    return List.of(Parameter.of(layer + "-key", Parameter.Type.STRING, "Something."));
  }

  private final class DrawnFilter extends JournalFilter {
    DrawnFilter(String name) {
      super(CallOrderDrawingTests.this.journal, name);
    }

    @Override
    public List<Parameter> parameters() {
      return CallOrderDrawingTests.parameters(name);
    }

    @Override
    public void config(Backend next, String key, String value) throws IOException {
      journal.add(name + " config");
    }

    @Override
    public List<Export> listExports(Backend next, boolean readOnly, boolean tls)
        throws IOException {
      journal.add(name + " listExports");
      return next.listExports(readOnly, tls);
    }

    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      FilterHandle lifecycle = super.open(context, request);
      return new FilterHandle() {
        @Override
        public void prepare(Context context) throws IOException {
          lifecycle.prepare(context);
        }

        @Override
        public long size(Next next) throws IOException {
          journal.add(name + " size");
          return next.size();
        }

        @Override
        public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
          journal.add(name + " read");
          next.read(offset, count, sink);
        }

        @Override
        public void finalize(Context context) throws IOException {
          lifecycle.finalize(context);
        }

        @Override
        public void close() throws IOException {
          lifecycle.close();
        }
      };
    }
  }

  private final class DrawnPlugin extends JournalPlugin {
    DrawnPlugin() {
      super(CallOrderDrawingTests.this.journal);
    }

    @Override
    public List<Parameter> parameters() {
      return CallOrderDrawingTests.parameters("plugin");
    }

    @Override
    public void config(String key, String value) throws IOException {
      journal.add("plugin config");
    }

    @Override
    PluginHandle handle() {
      return new MemoryHandle(journal, 1 << 16) {
        @Override
        public long size() throws IOException {
          journal.add("plugin size");
          return super.size();
        }

        @Override
        public void pread(ByteBuffer buffer, long offset) throws IOException {
          journal.add("plugin pread");
          super.pread(buffer, offset);
        }
      };
    }
  }
}
