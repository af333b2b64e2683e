package nbdj.runtime.server;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;
import nbdj.api.WriteSource;
import nbdj.runtime.server.ServerMetrics.WriteTargets;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long writes are received where they belong, by what the server counts. */
@Timeout(120)
class FastWriteTests {
  private static final int SIZE = 4 << 20;

  private final byte[] content = new byte[SIZE];

  FastWriteTests() {
    new Random(4).nextBytes(content);
  }

  /** Receives what it writes. */
  private static class Receiving extends RamPlugin {
    final ThreadModel model;

    Receiving(ThreadModel model) {
      super(SIZE);
      this.model = model;
    }

    @Override
    public ThreadModel threadModel() {
      return model;
    }

    @Override
    public PluginHandle open(OpenRequest request) {
      return new Handle() {
        @Override
        public void write(long offset, long count, WriteSource source, Flags flags)
            throws IOException {
          ByteBuffer bytes = ByteBuffer.allocateDirect((int) count);
          source.bytes(bytes);
          disk.pwrite(bytes.flip(), offset, flags);
        }
      };
    }
  }

  /** Opens handles that pass everything on. */
  private static class Through implements Filter {
    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return handle();
    }

    PassThrough handle() {
      return new PassThrough();
    }
  }

  private static WriteTargets targets(NbdServer server) {
    server.stop();
    return server.metrics().writeTargets();
  }

  private void write(RawClient client, int offset, int count) throws IOException {
    byte[] bytes = new byte[count];
    System.arraycopy(content, offset, bytes, 0, count);
    client.write(0, 1, offset, bytes);
    assertEquals(0, client.chunk().error());
    client.request(READ, 0, 1, offset, count);
    assertArrayEquals(bytes, assemble(client.chunks(), offset, count));
  }

  @ParameterizedTest
  @CsvSource({"65537, 0", "65537, 3", "1048576, 0", "1048576, 8"})
  void longWrite_throughFiltersThatPassOn_isReceivedWhereItBelongs(int count, int filters)
      throws IOException {
    NbdServerBuilder builder =
        NbdServer.builder()
            .plugin("ram", new Receiving(ThreadModel.PARALLEL))
            .privateSocket()
            .measure(true);
    for (int i = 0; i < filters; i++) {
      builder.filter("through" + i, new Through());
    }
    try (NbdServer server = builder.start();
        RawClient client = new RawClient(server.address()).goStructured("")) {
      write(client, 4096, count);
      assertEquals(new WriteTargets(0, count, 0), targets(server));
    }
  }

  @Test
  void shortWrite_isWrittenFromABuffer() throws IOException {
    try (NbdServer server =
            NbdServer.builder()
                .plugin("ram", new Receiving(ThreadModel.PARALLEL))
                .privateSocket()
                .measure(true)
                .start();
        RawClient client = new RawClient(server.address()).goStructured("")) {
      write(client, 4096, 65536);
      assertEquals(new WriteTargets(65536, 0, 0), targets(server));
    }
  }

  @ParameterizedTest
  @EnumSource(names = "PARALLEL", mode = EnumSource.Mode.EXCLUDE)
  void layerThatIsNotParallel_neverWaitsForAClient(ThreadModel model) throws IOException {
    try (NbdServer server =
            NbdServer.builder()
                .plugin("ram", new Receiving(model))
                .privateSocket()
                .measure(true)
                .start();
        RawClient client = new RawClient(server.address()).goStructured("")) {
      write(client, 0, 1 << 20);
      assertEquals(new WriteTargets(1 << 20, 0, 0), targets(server));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void filterWithAPwriteOfItsOwn_isNotPassedBy(boolean outermost) throws IOException {
    Filter inverting =
        new Through() {
          @Override
          PassThrough handle() {
            return new PassThrough() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                ByteBuffer inverted = ByteBuffer.allocate(buffer.remaining());
                while (buffer.hasRemaining()) {
                  inverted.put((byte) ~buffer.get());
                }
                next.pwrite(inverted.flip(), offset, flags);
              }
            };
          }
        };
    NbdServerBuilder builder =
        NbdServer.builder()
            .plugin("ram", new Receiving(ThreadModel.PARALLEL))
            .privateSocket()
            .measure(true);
    builder.filter("one", outermost ? inverting : new Through());
    builder.filter("two", outermost ? new Through() : inverting);
    try (NbdServer server = builder.start();
        RawClient client = new RawClient(server.address()).goStructured("")) {
      client.write(0, 1, 0, new byte[1 << 20]);
      assertEquals(0, client.chunk().error());
      client.request(READ, 0, 1, 0, 1 << 20);
      byte[] read = assemble(client.chunks(), 0, 1 << 20);
      assertEquals(-1, read[0]);
      assertEquals(-1, read[(1 << 20) - 1]);
      assertEquals(new WriteTargets(1 << 20, 0, 0), targets(server));
    }
  }

  @Test
  void file_receivesFromTheKernelOnceThatIsLoaded(@TempDir Path folder) throws IOException {
    Path path = Files.createFile(folder.resolve("disk"));
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      RamPlugin plugin =
          new RamPlugin(SIZE) {
            @Override
            public PluginHandle open(OpenRequest request) {
              return new Handle() {
                @Override
                public void write(long offset, long count, WriteSource source, Flags flags)
                    throws IOException {
                  source.file(file, offset, count);
                  ByteBuffer bytes = ByteBuffer.allocate((int) count);
                  file.read(bytes, offset);
                  disk.pwrite(bytes.flip(), offset, flags);
                }
              };
            }
          };
      try (NbdServer server =
              NbdServer.builder().plugin("ram", plugin).privateSocket().measure(true).start();
          RawClient client = new RawClient(server.address()).goStructured("")) {
        long written = 0;
        while (server.metrics().writeTargets().files() == 0) {
          write(client, 0, 1 << 20);
          written += 1 << 20;
        }
        WriteTargets targets = targets(server);
        assertEquals(written, targets.buffers() + targets.files());
        assertTrue(targets.files() > 1 << 19, targets::toString);
      }
    }
  }
}
