package nbdj.cli;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;

/**
 * A client that does what it likes to a part of a disk that is its own, and knows what must be
 * there. Each block holds one number over and over: that of the request which wrote it, or 0.
 *
 * <p>Used by one thread.
 */
final class SoakClient {
  static final int BLOCK = 4096;

  /** How long to wait before trying again to connect, in nanoseconds. */
  static final long PAUSE = 5_000_000;

  private final long first;

  /** How many blocks only hold what was answered, or what was cut off by the server's end. */
  private final int calm;

  /** How many blocks there are: the rest may change long after the client has hung up. */
  private final int blocks;

  private final Random random;

  /** What each block may hold: one number, and those of requests of which no answer came. */
  private final Map<Integer, Set<Long>> expected = new HashMap<>();

  private long last;
  private long verified;
  private long failures;

  /**
   * @param first the first block of its part
   * @param blocks how many it has
   */
  SoakClient(long first, int blocks, long seed) {
    this.first = first;
    this.blocks = blocks;
    this.calm = blocks - blocks / 8;
    this.random = new Random(seed);
  }

  /** Get how many blocks were read and found as they must be. */
  long verified() {
    return verified;
  }

  /** Get how many requests failed or were cut off. */
  long failures() {
    return failures;
  }

  /** Connect, do some requests, and leave politely or not. */
  void session(URI uri) {
    NbdClient client;
    try {
      client = NbdClient.connect(uri);
    } catch (NbdClientException e) {
      failures++;
      LockSupport.parkNanos(PAUSE);
      return;
    }
    try (client) {
      for (int left = random.nextInt(60); left > 0 && client.isOpen(); left--) {
        request(client);
      }
      if (random.nextBoolean()) {
        hangUpInTheMiddle(client);
      }
    }
  }

  private void request(NbdClient client) {
    int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 64 : 4);
    int block = random.nextInt(calm - count);
    switch (random.nextInt(8)) {
      case 0 -> change(block, count, 0, () -> client.writeZeroes(at(block), (long) count * BLOCK));
      case 1 -> attempt(client::flush);
      case 2, 3, 4 -> {
        long number = ++last;
        change(block, count, number, () -> client.write(bytes(count, number), at(block)));
      }
      default -> read(client, random.nextInt(blocks - count), count);
    }
  }

  /** Leave several writes without waiting for their answers. */
  private void hangUpInTheMiddle(NbdClient client) {
    List<CompletableFuture<Void>> open = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        int block = calm + random.nextInt(blocks - calm);
        long number = ++last;
        allow(block, 1, number);
        open.add(client.writeAsync(ByteBuffer.wrap(bytes(1, number)), at(block)));
      }
    } catch (NbdClientException e) {
      failures++;
    }
    client.abort();
    for (CompletableFuture<Void> write : open) {
      try {
        write.join();
      } catch (CompletionException e) {
        failures++;
      }
    }
  }

  @FunctionalInterface
  private interface Attempt {
    void run() throws NbdClientException;
  }

  private boolean attempt(Attempt attempt) {
    try {
      attempt.run();
      return true;
    } catch (NbdClientException e) {
      failures++;
      return false;
    }
  }

  private void change(int block, int count, long number, Attempt attempt) {
    allow(block, count, number);
    if (attempt(attempt)) {
      for (int i = block; i < block + count; i++) {
        expected.put(i, new HashSet<>(Set.of(number)));
      }
    }
  }

  private void allow(int block, int count, long number) {
    for (int i = block; i < block + count; i++) {
      expected.computeIfAbsent(i, b -> new HashSet<>(Set.of(0L))).add(number);
    }
  }

  private void read(NbdClient client, int block, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * BLOCK);
    if (!attempt(() -> client.read(bytes, at(block)))) {
      return;
    }
    for (int i = 0; i < count; i++) {
      ByteBuffer content = bytes.slice(i * BLOCK, BLOCK);
      long number = content.getLong(0);
      Set<Long> allowed = expected.getOrDefault(block + i, Set.of(0L));
      if (!allowed.contains(number)) {
        throw new AssertionError(
            "block %d holds %d, which is none of %s".formatted(first + block + i, number, allowed));
      }
      for (int at = 0; at < BLOCK; at += Long.BYTES) {
        if (content.getLong(at) != number) {
          throw new AssertionError(
              "block %d holds %d and, at %d, %d"
                  .formatted(first + block + i, number, at, content.getLong(at)));
        }
      }
      verified++;
    }
  }

  private long at(int block) {
    return (first + block) * BLOCK;
  }

  private static byte[] bytes(int count, long number) {
    ByteBuffer bytes = ByteBuffer.allocate(count * BLOCK);
    while (bytes.hasRemaining()) {
      bytes.putLong(number);
    }
    return bytes.array();
  }
}
