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
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.runtime.server.ServerMetrics.ReadSources;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The ways in which much data, and many requests, are dealt with at little cost are taken: by what
 * the server counts, for a slower way would give the same bytes.
 */
@Timeout(120)
class FastPathTests {
  private static final int SIZE = 4 << 20;

  /** Where in the disk reads are answered in which way; each is a quarter of it. */
  private static final int FILE = 0;

  private static final int MEMORY = SIZE / 4;
  private static final int ZEROES = SIZE / 2;
  private static final int BUFFER = SIZE / 4 * 3;

  @TempDir private Path folder;

  private final byte[] content = new byte[SIZE];
  private final AtomicInteger released = new AtomicInteger();
  private FileChannel file;

  @BeforeEach
  void make() throws IOException {
    new Random(3).nextBytes(content);
    Arrays.fill(content, ZEROES, BUFFER, (byte) 0);
    file = FileChannel.open(Files.write(folder.resolve("content"), content));
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  /** Answers reads in four ways. */
  private final class Answering extends RamPlugin {
    Answering() {
      super(SIZE);
    }

    @Override
    public PluginHandle open(OpenRequest request) {
      return new Handle() {
        @Override
        public void read(long offset, long count, ReadSink sink) throws IOException {
          if (offset < MEMORY) {
            sink.file(file, offset, count);
          } else if (offset < ZEROES) {
            sink.bytes(direct(offset, count), released::incrementAndGet);
          } else if (offset < BUFFER) {
            sink.zeroes(count);
          } else {
            sink.buffer((int) count).put(content, (int) offset, (int) count);
          }
        }
      };
    }
  }

  private ByteBuffer direct(long offset, long count) {
    ByteBuffer bytes = ByteBuffer.allocateDirect((int) count);
    return bytes.put(content, (int) offset, (int) count).flip();
  }

  /** Passes everything on. */
  private static final class Through implements Filter {
    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return new PassThrough();
    }
  }

  private NbdServer server(int filters) throws IOException {
    NbdServerBuilder builder =
        NbdServer.builder().plugin("ram", new Answering()).privateSocket().measure(true);
    for (int i = 0; i < filters; i++) {
      builder.filter("through" + i, new Through());
    }
    return builder.start();
  }

  /** Read, and check the bytes. */
  private void read(RawClient client, int offset, int count) throws IOException {
    client.request(READ, 0, 1, offset, count);
    assertArrayEquals(
        Arrays.copyOfRange(content, offset, offset + count),
        assemble(client.chunks(), offset, count));
  }

  /** Stop the server, after which nothing is counted any more, and get what was. */
  private static ReadSources sources(NbdServer server) {
    server.stop();
    return server.metrics().readSources();
  }

  @ParameterizedTest
  @CsvSource({"32768, 0", "32768, 3", "65536, 1", "1048576, 0", "1048576, 8"})
  void fileLent_throughFilters_isSentFromIt(int count, int filters) throws IOException {
    try (NbdServer server = server(filters);
        RawClient client = new RawClient(server.address()).goStructured("")) {
      read(client, FILE, count);
      assertEquals(new ReadSources(0, 0, count, 0), sources(server));
    }
  }

  @Test
  void littleOfAFileLent_isReadAndSentWithOtherReplies() throws IOException {
    try (NbdServer server = server(0);
        RawClient client = new RawClient(server.address()).goStructured("")) {
      read(client, FILE, 4096);
      assertEquals(new ReadSources(4096, 0, 0, 0), sources(server));
    }
  }

  @ParameterizedTest
  @CsvSource({"32769, 0", "65536, 3", "1048576, 8"})
  void memoryLent_throughFilters_isSentAndReleased(int count, int filters) throws IOException {
    try (NbdServer server = server(filters);
        RawClient client = new RawClient(server.address()).goStructured("")) {
      read(client, MEMORY, count);
      assertEquals(new ReadSources(0, count, 0, 0), sources(server));
      assertEquals(1, released.get());
    }
  }

  @ParameterizedTest
  @CsvSource({"512, 0", "4096, 3", "65536, 1", "1048576, 8"})
  void zeroes_throughFilters_areAHole(int count, int filters) throws IOException {
    try (NbdServer server = server(filters);
        RawClient client = new RawClient(server.address()).goStructured("")) {
      client.request(READ, 0, 1, ZEROES, count);
      Chunk hole = client.chunk();
      assertEquals(2, hole.type());
      assertEquals(12, hole.data().length);
      assertEquals(count, hole.bytes().getInt(8));
      assertEquals(new ReadSources(0, 0, 0, count), sources(server));
    }
  }

  @Test
  void zeroes_forAClientThatKnowsNoHoles_areSent() throws IOException {
    try (NbdServer server = server(0);
        RawClient client = new RawClient(server.address()).greet().go("")) {
      client.request(READ, 0, 1, ZEROES, 65536);
      assertEquals(SIMPLE, client.receive(16 + 65536).getInt());
      assertEquals(new ReadSources(65536, 0, 0, 0), sources(server));
    }
  }

  @Test
  void copies_areCountedAsSuch() throws IOException {
    try (NbdServer server = server(1);
        RawClient client = new RawClient(server.address()).goStructured("")) {
      read(client, BUFFER, 4096);
      read(client, BUFFER, 1 << 20);
      assertEquals(new ReadSources(4096 + (1 << 20), 0, 0, 0), sources(server));
    }
  }

  @Test
  void repliesToRequestsThatCameTogether_leaveTogether() throws IOException {
    int rounds = 50;
    int requests = 64;
    try (NbdServer server = server(1);
        RawClient client = new RawClient(server.address()).goStructured("")) {
      long before = server.metrics().sends();
      for (int round = 0; round < rounds; round++) {
        ByteBuffer all = ByteBuffer.allocate(requests * 28);
        for (int i = 0; i < requests; i++) {
          all.put(requestHeader(READ, 0, i, BUFFER + i * 512, 512).flip());
        }
        client.send(all);
        for (int i = 0; i < requests; i++) {
          client.chunks();
        }
      }
      // About five a round; what another process holds up counts as a slow layer for a while.
      assertFew(server.metrics().sends() - before, rounds * requests);
    }
  }

  @Test
  void acknowledgementsOfWritesThatCameTogether_leaveTogether() throws IOException {
    int rounds = 50;
    int requests = 64;
    try (NbdServer server = server(1);
        RawClient client = new RawClient(server.address()).greet().go("")) {
      long before = server.metrics().sends();
      for (int round = 0; round < rounds; round++) {
        ByteBuffer all = ByteBuffer.allocate(requests * (28 + 100));
        for (int i = 0; i < requests; i++) {
          all.put(requestHeader(WRITE, 0, i, i * 100L, 100).flip()).put(new byte[100]);
        }
        client.send(all);
        for (int i = 0; i < requests; i++) {
          assertEquals(0, client.chunk().error());
        }
      }
      assertFew(server.metrics().sends() - before, rounds * requests);
    }
  }

  private static void assertFew(long sends, int replies) {
    assertTrue(sends <= replies / 2, () -> "%d sends for %d replies".formatted(sends, replies));
  }
}
