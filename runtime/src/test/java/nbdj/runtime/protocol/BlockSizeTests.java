package nbdj.runtime.protocol;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import nbdj.api.BlockSize;
import nbdj.runtime.testing.MemoryExport;
import nbdj.runtime.testing.ProtocolServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** "Block size constraints" of the NBD specification: told, and enforced for who asked. */
@Timeout(60)
class BlockSizeTests {
  private static final long SIZE = (1L << 20) + 100;

  private ProtocolServer server;
  private RawClient client;

  @BeforeEach
  void connect() throws IOException {
    server =
        ProtocolServer.of(
            new MemoryExport("", SIZE) {
              @Override
              public BlockSize blockSize() {
                return new BlockSize(512, 4096, 1 << 16);
              }
            });
    client = server.client();
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    server.close();
  }

  private void go(int... infos) throws IOException {
    client.greet();
    client.option(STRUCTURED_REPLY);
    client.reply();
    client.option(GO, infoPayload("", infos));
    List<OptionReply> replies = client.replies();
    ByteBuffer sizes = replies.get(replies.size() - 2).bytes();
    assertEquals(3, sizes.getShort());
    assertEquals(512, sizes.getInt());
    assertEquals(4096, sizes.getInt());
    assertEquals(1 << 16, sizes.getInt());
  }

  @ParameterizedTest
  @CsvSource({
    // type, offset, count, error for who asked
    "0, 0, 512, 0",
    "0, 511, 512, 22",
    "0, 512, 511, 22",
    "0, 1048576, 100, 0",
    "0, 1048576, 99, 22",
    "0, 0, 65536, 0",
    "0, 0, 66048, 22",
    "4, 0, 1048576, 0",
    "4, 1, 512, 22",
    "6, 0, 1048576, 0",
    "6, 0, 513, 22",
    "5, 1, 1, 22",
  })
  void request_isHeldToWhatItsClientAskedFor(int type, long offset, long count, int error)
      throws IOException {
    go(3);
    client.request(type, 0, 1, offset, count);
    assertEquals(error, client.chunks().getLast().error());
    client.close();
    client = server.client();
    go();
    client.request(type, 0, 1, offset, count);
    assertEquals(0, client.chunks().getLast().error());
  }

  @Test
  void write_unaligned_isInvalidAndInStep() throws IOException {
    go(3);
    client.write(0, 1, 1, new byte[512]);
    Chunk chunk = client.chunk();
    assertEquals(22, chunk.error());
    assertTrue(chunk.message().contains("512"));
    client.write(0, 1, 0, new byte[1 << 17]);
    assertEquals(22, client.chunk().error());
    client.write(0, 1, 0, new byte[512]);
    assertEquals(0, client.chunk().error());
  }
}
