package nbdj.runtime.protocol;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import nbdj.runtime.testing.MemoryExport;
import nbdj.runtime.testing.ProtocolServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Buffers grow under load and shrink without it, and no byte is lost when they do. */
@Timeout(120)
class BufferSizeTests {
  private static final int SIZE = 4 << 20;

  /**
   * The part of the disk for each request of a burst, for the order in which they are done is open.
   */
  private static final int SLOT = SIZE / 40;

  @Test
  void size_isSmallUntilMoreIsWanted_andAgainAfterAQuietWhile() {
    BufferSize size = new BufferSize();
    assertEquals(BufferSize.SMALL, size.next());
    size.wantMore();
    assertEquals(BufferSize.LARGE, size.next());
    for (int i = 0; i < 64; i++) {
      size.used(100);
      assertEquals(BufferSize.LARGE, size.next());
    }
    assertEquals(BufferSize.SMALL, size.next());
    assertEquals(BufferSize.SMALL, size.next());
  }

  @Test
  void size_staysLargeWhileMuchComes() {
    BufferSize size = new BufferSize();
    size.wantMore();
    for (int i = 0; i < 1000; i++) {
      size.used(i % 50 == 0 ? BufferSize.SMALL : 100);
      assertEquals(BufferSize.LARGE, size.next());
    }
  }

  /** Bursts make the buffers large, single requests make them small again, over and over. */
  @Test
  void burstsAndSingleRequests_ofEverySize_giveTheRightBytes() throws Exception {
    Random random = new Random(11);
    byte[] model = new byte[SIZE];
    try (ProtocolServer server = ProtocolServer.of(new MemoryExport("", SIZE));
        RawClient client = server.client().greet().go("")) {
      for (int round = 0; round < 12; round++) {
        int most = new int[] {4096, 20_000, 70_000}[round % 3];
        for (int i = 0; i < 20; i++) {
          burst(client, model, random, 1 + random.nextInt(40), most);
        }
        for (int i = 0; i < 70; i++) {
          burst(client, model, random, 1, 4096);
        }
      }
    }
  }

  /** Send requests and look at all replies. */
  private static void burst(RawClient client, byte[] model, Random random, int count, int most)
      throws IOException {
    byte[][] expected = new byte[count][];
    ByteBuffer all = ByteBuffer.allocate(count * (most + 28));
    for (int i = 0; i < count; i++) {
      int length = 1 + random.nextInt(most);
      int offset = i * SLOT + random.nextInt(SLOT - length);
      if (random.nextBoolean()) {
        byte[] data = new byte[length];
        random.nextBytes(data);
        System.arraycopy(data, 0, model, offset, length);
        all.put(requestHeader(WRITE, 0, i, offset, length).flip()).put(data);
      } else {
        expected[i] = Arrays.copyOfRange(model, offset, offset + length);
        all.put(requestHeader(READ, 0, i, offset, length).flip());
      }
    }
    Thread sender = Thread.ofPlatform().start(() -> send(client, all));
    for (int i = 0; i < count; i++) {
      ByteBuffer header = client.receive(16);
      assertEquals(SIMPLE, header.getInt());
      assertEquals(0, header.getInt());
      byte[] data = expected[(int) header.getLong()];
      if (data != null) {
        assertArrayEquals(data, client.receive(data.length).array());
      }
    }
    try {
      sender.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(RawClient client, ByteBuffer all) {
    try {
      client.send(all);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
