package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that do what they like and hang up anywhere, errors from below, and restarts by signals
 * of both kinds: data is right, and memory, files and threads come back to what they were.
 *
 * <p>Takes a minute, or as many seconds as the system property {@code nbdj.soak.seconds} says: half
 * of them with restarts, and half with one server.
 */
@Tag("slow")
final class SoakIT {
  private static final int CLIENTS = 6;
  private static final int BLOCKS = 2048;

  /** By how much the memory of a server may grow after its first quarter, in KiB. */
  private static final long GROWTH = 48 << 10;

  @TempDir Path folder;

  /** Held for writing while no client may be connected. */
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);

  private final AtomicBoolean end = new AtomicBoolean();
  private long seed;

  /** What the last server held before the first client came. */
  private ProcessHealth idle = new ProcessHealth(0, 0, 0);

  @Test
  void server_soaked_losesAndKeepsNothing() throws Exception {
    long seconds = Long.getLong("nbdj.soak.seconds", 60);
    seed = Long.getLong("nbdj.soak.seed", System.nanoTime());
    System.out.printf("soak of %d s, -Dnbdj.soak.seed=%d%n", seconds, seed);
    try (RandomAccessFile disk = new RandomAccessFile(disk().toFile(), "rw")) {
      disk.setLength((long) CLIENTS * BLOCKS * SoakClient.BLOCK);
    }
    List<SoakClient> clients = new ArrayList<>();
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      try {
        for (int i = 0; i < CLIENTS; i++) {
          SoakClient client = new SoakClient((long) i * BLOCKS, BLOCKS, seed + i);
          clients.add(client);
          running.add(threads.submit(sessions(client)));
        }
        running.add(threads.submit(this::vandalise));
        withRestarts(deadline(seconds / 2), running);
        withOneServer(seconds - seconds / 2, running);
      } finally {
        end.set(true);
      }
      for (Future<?> one : running) {
        one.get(Tool.PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    }
    long verified = clients.stream().mapToLong(SoakClient::verified).sum();
    long failures = clients.stream().mapToLong(SoakClient::failures).sum();
    System.out.printf("%d blocks verified, %d requests failed or cut off%n", verified, failures);
    assertTrue(verified > 0 && failures > 0, "nothing was tried");
  }

  private Path disk() {
    return folder.resolve("disk");
  }

  private Path socket() {
    return folder.resolve("sock");
  }

  private static long deadline(long seconds) {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  private ServingProcess start() throws IOException, InterruptedException {
    Files.deleteIfExists(socket());
    return ServingProcess.startAt(
        "--filter",
        "error",
        "file",
        disk(),
        "error-rate=1%",
        "error-flush-rate=1%",
        "error-open-rate=1%",
        "error-seed=" + seed,
        "-U",
        socket());
  }

  private Callable<Void> sessions(SoakClient client) {
    URI uri = URI.create("nbd+unix:///?socket=" + socket());
    return () -> {
      while (!end.get()) {
        gate.readLock().lock();
        try {
          client.session(uri);
        } finally {
          gate.readLock().unlock();
        }
      }
      return null;
    };
  }

  /** Say the beginning of something and hang up, again and again. */
  private Void vandalise() {
    Random random = new Random(seed);
    byte[][] speeches = {RawClient.goThenRead(""), RawClient.exportNameThenRead("")};
    while (!end.get()) {
      gate.readLock().lock();
      try {
        byte[] speech = speeches[random.nextInt(speeches.length)];
        RawClient.sayAndHangUp(
            UnixDomainSocketAddress.of(socket()), speech, random.nextInt(speech.length + 1));
      } catch (IOException e) {
        // The server is being restarted, or was faster in hanging up.
        LockSupport.parkNanos(SoakClient.PAUSE);
      } finally {
        gate.readLock().unlock();
      }
    }
    return null;
  }

  private void withRestarts(long deadline, List<Future<?>> running) throws Exception {
    Random random = new Random(seed);
    int starts = 0;
    while (System.nanoTime() - deadline < 0) {
      try (ServingProcess server = start()) {
        starts++;
        TimeUnit.MILLISECONDS.sleep(1000 + random.nextInt(4000));
        check(running);
        boolean polite = random.nextInt(3) > 0;
        server.signal(polite ? "TERM" : "KILL");
        assertEquals(polite ? 0 : 128 + 9, server.await(), server::toString);
        assertEquals("", server.errors());
      }
    }
    System.out.printf("%d starts%n", starts);
  }

  private void withOneServer(long seconds, List<Future<?>> running) throws Exception {
    try (ServingProcess server = startUnseen()) {
      System.out.printf("idle: %s%n", idle);
      TimeUnit.SECONDS.sleep(Math.max(1, seconds / 4));
      check(running);
      ProcessHealth warm = ProcessHealth.of(server.pid());
      System.out.printf("after a quarter: %s%n", warm);
      TimeUnit.SECONDS.sleep(Math.max(1, seconds - seconds / 4));
      check(running);
      gate.writeLock().lock();
      try {
        ProcessHealth last = ProcessHealth.of(server.pid());
        System.out.printf("at the end: %s%n", last);
        assertTrue(last.kib() <= warm.kib() + GROWTH, "memory grows: " + last);
        awaitIdle(server);
        server.stop();
      } finally {
        gate.writeLock().unlock();
      }
    }
  }

  /** Start a server, and see what it holds before the first client comes. */
  private ServingProcess startUnseen() throws IOException, InterruptedException {
    gate.writeLock().lock();
    try {
      ServingProcess server = start();
      idle = ProcessHealth.of(server.pid());
      return server;
    } finally {
      gate.writeLock().unlock();
    }
  }

  /** Wait until all files and threads of clients are gone: threads are kept for half a minute. */
  private void awaitIdle(ServingProcess server) throws IOException, InterruptedException {
    long deadline = deadline(3 * Tool.PATIENCE_SECONDS);
    ProcessHealth now = ProcessHealth.of(server.pid());
    // The virtual machine has more threads to compile with when there is much to do.
    while (now.descriptors() > idle.descriptors() || now.threads() > idle.threads() + 2) {
      if (System.nanoTime() - deadline > 0) {
        fail("idle before: %s, idle now: %s".formatted(idle, now));
      }
      TimeUnit.MILLISECONDS.sleep(100);
      now = ProcessHealth.of(server.pid());
    }
    System.out.printf("idle again: %s%n", now);
  }

  /** See whether a client has found something wrong. */
  private static void check(List<Future<?>> running) throws Exception {
    for (Future<?> one : running) {
      if (one.isDone()) {
        one.get();
      }
    }
  }
}
