package nbdj.ext2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import nbdj.client.CommandFlag;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import nbdj.client.NbdServerException;

/**
 * A file of an image that is served to several connections, and an array that says what it must
 * hold.
 *
 * <p>Lanes, one thread each, have pieces of the file in turn, which do not end where blocks do: two
 * lanes, on two connections if there are as many, change the two ends of one block at one time.
 */
final class ServedFile implements AutoCloseable {
  /** How many threads there are, whatever the number of connections. */
  static final int LANES = 16;

  private static final int ENOTSUP = 95;
  private static final CommandFlag[] NONE = {};
  private static final CommandFlag[] DURABLE = {CommandFlag.FUA};

  final String name;
  private final byte[] model;
  private final List<NbdClient> clients = new ArrayList<>();

  /** Bytes that one lane has in a row. */
  private final int piece;

  private ServedFile(String name, byte[] model) {
    this.name = name;
    this.model = model;
    this.piece = Math.min(10_007, model.length / LANES);
  }

  /**
   * Connect to a file that holds what the model says.
   *
   * @param model modified from now on, by each lane its own pieces
   */
  static ServedFile connect(URI uri, String name, byte[] model, int connections)
      throws NbdClientException {
    ServedFile file = new ServedFile(name, model);
    boolean connected = false;
    try {
      for (int i = 0; i < connections; i++) {
        file.clients.add(NbdClient.connect(uri));
      }
      assertEquals(model.length, file.clients.getFirst().size(), name);
      assertTrue(file.clients.getFirst().export().canMultiConn());
      connected = true;
    } finally {
      if (!connected) {
        file.close();
      }
    }
    return file;
  }

  @Override
  public void close() {
    clients.forEach(NbdClient::close);
  }

  byte[] model() {
    return model;
  }

  void flush() throws NbdClientException {
    clients.getLast().flush();
  }

  /** Check all of the file through each of its connections. */
  void checkAll() throws NbdClientException {
    for (NbdClient client : clients) {
      assertArrayEquals(model, client.read(0, model.length), name);
    }
  }

  /** Write, zero, trim, flush or read some part of a lane's pieces. */
  void step(int lane, Random random) throws NbdClientException {
    NbdClient client = clients.get(lane % clients.size());
    int pieces = model.length / piece / LANES;
    int start = (random.nextInt(pieces) * LANES + lane) * piece;
    int from = start + (random.nextInt(3) == 0 ? 0 : random.nextInt(piece));
    int length = 1 + random.nextInt(start + piece - from);
    CommandFlag[] flags = random.nextInt(10) == 0 ? DURABLE : NONE;
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3, 4 -> {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        client.write(bytes, from, flags);
        System.arraycopy(bytes, 0, model, from, length);
      }
      case 5, 6 -> zero(client, from, length, flags);
      case 7 -> zero(client, from, length, CommandFlag.NO_HOLE);
      case 8 -> zero(client, from, length, CommandFlag.FAST_ZERO);
      case 9, 10 -> trim(client, from, length, flags);
      case 11 -> client.flush();
      default -> check(client, start, piece);
    }
  }

  private void zero(NbdClient client, int from, int length, CommandFlag... flags)
      throws NbdClientException {
    try {
      client.writeZeroes(from, length, flags);
    } catch (NbdServerException e) {
      // Only fast zeroes may be refused, and nothing has been changed then.
      assertEquals(ENOTSUP, e.number(), e::getMessage);
      assertEquals(CommandFlag.FAST_ZERO, flags[0]);
      check(client, from, length);
      return;
    }
    Arrays.fill(model, from, from + length, (byte) 0);
  }

  /** Trim, after which each byte is what it was or zero. */
  private void trim(NbdClient client, int from, int length, CommandFlag... flags)
      throws NbdClientException {
    client.trim(from, length, flags);
    byte[] left = client.read(from, length);
    for (int i = 0; i < length; i++) {
      if (left[i] != 0) {
        assertEquals(model[from + i], left[i], "byte %d of %s".formatted(from + i, name));
      }
      model[from + i] = left[i];
    }
  }

  private void check(NbdClient client, int from, int length) throws NbdClientException {
    byte[] expected = Arrays.copyOfRange(model, from, from + length);
    assertArrayEquals(expected, client.read(from, length), "%s from %d".formatted(name, from));
  }
}
