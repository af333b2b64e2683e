package nbdj.runtime.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.WriteSource;
import nbdj.runtime.chain.SourceTaker;
import nbdj.runtime.testing.MemoryExport;
import nbdj.runtime.testing.ProtocolServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long writes whose payload the layer receives itself. */
@Timeout(60)
class ReceivedWriteTests {
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;

  /** How a layer takes the bytes. */
  enum Way {
    BYTES,
    HEAP_BYTES,
    BUFFER,
    FILE
  }

  /** An export that receives what it writes. */
  private static class Taker extends MemoryExport implements SourceTaker {
    final AtomicInteger writes = new AtomicInteger();
    final Way way;
    final FileChannel file;

    Taker(Way way, FileChannel file) {
      super("", 64L * MIB);
      this.way = way;
      this.file = file;
    }

    @Override
    public boolean takesSource() {
      return true;
    }

    @Override
    public void write(long offset, long count, WriteSource source, Flags flags) throws IOException {
      writes.incrementAndGet();
      int first = (int) count / 3;
      take(offset, first, source, flags);
      take(offset + first, (int) count - first, source, flags);
    }

    final void take(long offset, int count, WriteSource source, Flags flags) throws IOException {
      switch (way) {
        case BYTES, HEAP_BYTES -> {
          ByteBuffer bytes =
              way == Way.BYTES ? ByteBuffer.allocateDirect(count) : ByteBuffer.allocate(count);
          source.bytes(bytes);
          pwrite(bytes.flip(), offset, flags);
        }
        case BUFFER -> pwrite(source.buffer(count), offset, flags);
        case FILE -> {
          source.file(file, offset, count);
          ByteBuffer bytes = ByteBuffer.allocate(count);
          file.read(bytes, offset);
          pwrite(bytes.flip(), offset, flags);
        }
      }
    }
  }

  private static byte[] random(int count) {
    byte[] data = new byte[count];
    new Random(count).nextBytes(data);
    return data;
  }

  private FileChannel file() throws IOException {
    return FileChannel.open(
        folder.resolve("file"),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private static int written(RawClient client, long offset, byte[] data) throws IOException {
    client.write(0, 1, offset, data);
    return client.chunk().error();
  }

  private static byte[] read(RawClient client, long offset, int count) throws IOException {
    client.request(RawClient.READ, 0, 9, offset, count);
    ByteBuffer header = client.receive(16);
    assertEquals(RawClient.SIMPLE, header.getInt());
    assertEquals(0, header.getInt());
    header.getLong();
    return client.receive(count).array();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void longWrites_inEveryWay_areThere(Way way) throws Exception {
    try (FileChannel file = file();
        ProtocolServer server = ProtocolServer.of(new Taker(way, file));
        RawClient client = server.client()) {
      client.greet().go("");
      // Several, for the pipe to a file is made while the first arrive; more than the input holds.
      for (int count = 64 * 1024 + 1; count < 9 * MIB; count = count * 2 + 7) {
        byte[] data = random(count);
        assertEquals(0, written(client, 12_345, data));
        assertArrayEquals(data, read(client, 12_345, count), way + " of " + count);
        assertEquals(0, read(client, 12_345 + count, 1)[0]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void requestsSentAtOnce_eachGetsItsOwn(Way way) throws Exception {
    try (FileChannel file = file();
        ProtocolServer server = ProtocolServer.of(new Taker(way, file));
        RawClient client = server.client()) {
      client.greet().go("");
      byte[] small = random(4096);
      byte[] large = random(300_000);
      for (int i = 0; i < 20; i++) {
        client.write(0, 1, 0, small);
        client.write(0, 2, MIB, large);
        client.write(0, 3, 4096, small);
        assertEquals(0, client.chunk().error());
        assertEquals(0, client.chunk().error());
        assertEquals(0, client.chunk().error());
      }
      assertArrayEquals(large, read(client, MIB, large.length));
      assertArrayEquals(small, read(client, 4096, small.length));
    }
  }

  @Test
  void shortWrites_goToPwrite() throws Exception {
    try (FileChannel file = file()) {
      Taker taker = new Taker(Way.BYTES, file);
      try (ProtocolServer server = ProtocolServer.of(taker);
          RawClient client = server.client()) {
        client.greet().go("");
        assertEquals(0, written(client, 0, random(64 * 1024)));
        assertEquals(0, taker.writes.get());
        // Until it is taken for quick, which a layer may not be while its code is cold.
        for (int i = 0; i < 1000 && taker.writes.get() == 0; i++) {
          assertEquals(0, written(client, 0, random(64 * 1024 + 1)));
        }
        assertEquals(1, taker.writes.get());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, 199_999})
  void layerThatFails_answersItsErrorAndTheStreamStaysInStep(int taken) throws Exception {
    try (FileChannel file = file()) {
      Taker full =
          new Taker(Way.BYTES, file) {
            @Override
            public void write(long offset, long count, WriteSource source, Flags flags)
                throws IOException {
              if (taken > 0) {
                take(offset, taken, source, flags);
              }
              throw new NbdException(NbdError.ENOSPC, "full");
            }

            // What is called once the layer is taken for slow.
            @Override
            public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
              if (buffer.remaining() == 200_000) {
                throw new NbdException(NbdError.ENOSPC, "full");
              }
              super.pwrite(buffer, offset, flags);
            }
          };
      try (ProtocolServer server = ProtocolServer.of(full);
          RawClient client = server.client()) {
        client.greet().go("");
        for (int i = 0; i < 3; i++) {
          assertEquals(28, written(client, 0, random(200_000)));
          assertEquals(0, written(client, 8 * MIB, random(1000)));
        }
        assertArrayEquals(random(1000), read(client, 8 * MIB, 1000));
      }
    }
  }

  @Test
  void layerThatTakesTooMuch_failsAndTheStreamStaysInStep() throws Exception {
    try (FileChannel file = file()) {
      Taker greedy =
          new Taker(Way.BUFFER, file) {
            @Override
            public void write(long offset, long count, WriteSource source, Flags flags)
                throws IOException {
              take(offset, (int) count - 10, source, flags);
              take(offset, 11, source, flags);
            }
          };
      try (ProtocolServer server = ProtocolServer.of(greedy);
          RawClient client = server.client()) {
        client.greet().go("");
        assertEquals(5, written(client, 0, random(200_000)));
        assertEquals(0, written(client, 8 * MIB, random(1000)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void clientThatHangsUpInTheMiddle_isDroppedAndOthersGoOn(Way way) throws Exception {
    try (FileChannel file = file()) {
      Taker taker = new Taker(way, file);
      try (ProtocolServer server = ProtocolServer.of(taker)) {
        for (int i = 0; i < 5; i++) {
          try (RawClient client = server.client()) {
            client.greet().go("");
            assertEquals(0, written(client, 0, random(MIB)));
            client.request(RawClient.WRITE, 0, 2, 0, MIB);
            client.send(ByteBuffer.allocate(MIB / 2));
          }
        }
        server.awaitEnd();
        try (RawClient client = server.client()) {
          client.greet().go("");
          assertEquals(0, written(client, 0, random(MIB)));
          assertArrayEquals(random(MIB), read(client, 0, MIB));
        }
        assertTrue(taker.writes.get() >= 6, taker.writes + " writes");
      }
    }
  }
}
