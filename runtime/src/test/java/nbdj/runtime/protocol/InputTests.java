package nbdj.runtime.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.runtime.transport.Link;
import org.junit.jupiter.api.Test;

/** How many receives the requests of a client take, and what each of them takes. */
class InputTests {
  private static final int HEADER = 28;
  private static final int PAYLOAD = 300_000;

  /** Has received all bytes that its client will ever send; they count up from 0. */
  private static final class Received implements Link {
    /** The bytes that each call took. */
    final List<Integer> calls = new ArrayList<>();

    private final ByteBuffer bytes;

    Received(int count) {
      bytes = ByteBuffer.allocate(count);
      for (int i = 0; i < count; i++) {
        bytes.put(i, (byte) i);
      }
    }

    private int take(ByteBuffer target) {
      int part = Math.min(target.remaining(), bytes.remaining());
      target.put(bytes.slice(bytes.position(), part));
      bytes.position(bytes.position() + part);
      return part;
    }

    @Override
    public int read(ByteBuffer buffer) {
      return read(buffer, ByteBuffer.allocate(0));
    }

    @Override
    public int read(ByteBuffer buffer, ByteBuffer more) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      int took = take(buffer) + take(more);
      calls.add(took);
      return took;
    }

    @Override
    public String peer() {
      return "";
    }

    @Override
    public Optional<SocketAddress> address() {
      return Optional.empty();
    }

    @Override
    public void write(ByteBuffer[] buffers, int first, int count) {}

    @Override
    public long send(FileChannel file, long position, long count) {
      return 0;
    }

    @Override
    public void shutdownInput() {}

    @Override
    public void close() {}
  }

  private final Buffers buffers = new Buffers(64 << 20, 64 << 20);
  private final AtomicInteger steps = new AtomicInteger();

  private Input input(Link link) throws IOException {
    return new Input(link, buffers.lend(128 << 10));
  }

  @Test
  void longPayloads_bringTheNextHeaderAlongAndNothingElse() throws Exception {
    int requests = 3;
    Received client = new Received(requests * (HEADER + PAYLOAD));
    Input input = input(client);
    assertTrue(input.fill(HEADER));
    client.calls.clear();
    for (int i = 0; i < requests; i++) {
      input.bytes().position(input.bytes().position() + HEADER);
      ByteBuffer payload = ByteBuffer.allocateDirect(PAYLOAD);
      input.readFully(payload, HEADER, steps::incrementAndGet);
      assertEquals((byte) (i * (HEADER + PAYLOAD) + HEADER), payload.get(0));
      assertEquals((byte) ((i + 1) * (HEADER + PAYLOAD) - 1), payload.get(PAYLOAD - 1));
      assertEquals(i < requests - 1 ? HEADER : 0, input.available());
    }
    int first = (128 << 10) - HEADER;
    assertEquals(List.of(PAYLOAD - first + HEADER, PAYLOAD + HEADER, PAYLOAD), client.calls);
    assertFalse(input.fill(HEADER));
  }

  @Test
  void headerAfterALongPayload_isReceivedWithLittleOfWhatFollows() throws Exception {
    Received client = new Received(PAYLOAD + 200_000);
    Input input = input(client);
    input.readFully(ByteBuffer.allocateDirect(PAYLOAD), HEADER, steps::incrementAndGet);
    input.bytes().position(input.bytes().limit());
    assertTrue(input.fill(HEADER));
    assertEquals(4096, input.available());
    assertTrue(input.fill(4097));
    assertEquals(128 << 10, input.available());
  }

  @Test
  void payload_thatEndsTooSoon_isAFailure() throws Exception {
    Input input = input(new Received(PAYLOAD - 1));
    assertThrows(
        EOFException.class,
        () -> input.readFully(ByteBuffer.allocateDirect(PAYLOAD), HEADER, () -> {}));
  }
}
