package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Keeps others from mounting a filesystem with multi-mount protection while it is written here.
 *
 * <p>A claim announces itself in the filesystem's block and goes on doing so, from a thread of its
 * own, until it is closed. Whoever finds the block changing leaves the filesystem alone; the claim
 * does the same, and is lost when the block is no longer what it wrote.
 */
final class MultiMountClaim implements Closeable {

  /** How often the block is written at least. */
  private static final Duration LEAST_INTERVAL = Duration.ofSeconds(5);

  /** Waits for some time, or less if the latch opens; returns whether it has. */
  interface Waiting {
    boolean await(CountDownLatch stop, Duration time) throws InterruptedException;
  }

  private final MultiMountBlock block;
  private final Duration interval;
  private final String node;
  private final Waiting waiting;
  private final Consumer<String> lost;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread thread;
  private int sequence;

  /** Whether the block is still what this claim wrote; only the thread changes it. */
  private volatile boolean held = true;

  private MultiMountClaim(
      MultiMountBlock block, Duration interval, Waiting waiting, Consumer<String> lost) {
    this.block = block;
    this.interval = interval;
    this.waiting = waiting;
    this.lost = lost;
    this.node = nodeName();
    this.thread = Thread.ofPlatform().daemon().name("ext4-multi-mount").unstarted(this::keep);
  }

  private static String nodeName() {
    return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("localhost");
  }

  /** Wait in earnest. */
  static boolean await(CountDownLatch stop, Duration time) throws InterruptedException {
    return stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Claim a filesystem, which takes some seconds and, after a crash of another user, twice as many.
   *
   * @param lost is told, once, why the filesystem must not be written any more
   * @return the claim, to be closed when nothing more will be written
   * @throws Ext4Exception if the filesystem is in use or being checked, or its block is damaged
   */
  static MultiMountClaim take(Volume volume, Waiting waiting, Consumer<String> lost)
      throws IOException {
    MultiMountBlock block = MultiMountBlock.read(volume);
    Duration interval = Duration.ofSeconds(volume.superblock.multiMountInterval());
    interval = interval.compareTo(LEAST_INTERVAL) < 0 ? LEAST_INTERVAL : interval;
    MultiMountClaim claim = new MultiMountClaim(block, interval, waiting, lost);
    claim.claim();
    claim.thread.start();
    return claim;
  }

  private void claim() throws IOException {
    int found = block.sequence();
    if (found == MultiMountBlock.CHECKING) {
      throw refused("is being checked by");
    }
    if (found != MultiMountBlock.CLEAN) {
      pause();
      block.readAgain();
      if (block.sequence() != found) {
        throw refused("is in use by");
      }
    }
    sequence = new Random().nextInt(1, MultiMountBlock.HIGHEST / 2);
    announce(sequence);
    pause();
    block.readAgain();
    if (block.sequence() != sequence) {
      throw refused("was claimed at the same time by");
    }
  }

  private Ext4Exception refused(String what) {
    return new Ext4Exception(
        Ext4Exception.Kind.READ_ONLY,
        "filesystem has multi-mount protection and %s %s".formatted(what, block.holder()));
  }

  /** Wait until every other user must have written the block again. */
  private void pause() throws IOException {
    Duration slowest = block.interval().compareTo(interval) > 0 ? block.interval() : interval;
    Duration twice = slowest.multipliedBy(2).plusSeconds(1);
    Duration most = slowest.plusSeconds(60);
    try {
      waiting.await(stop, twice.compareTo(most) < 0 ? twice : most);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while claiming the filesystem", e);
    }
  }

  private void announce(int number) throws IOException {
    block.write(number, System.currentTimeMillis() / 1000, node, interval);
  }

  private void keep() {
    try {
      while (!waiting.await(stop, interval)) {
        block.readAgain();
        if (block.sequence() != sequence) {
          lose("is now in use by " + block.holder());
          return;
        }
        sequence++;
        announce(sequence);
      }
    } catch (IOException e) {
      lose("can no longer be claimed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lose("can no longer be claimed: interrupted");
    }
  }

  private void lose(String how) {
    held = false;
    lost.accept("filesystem has multi-mount protection and " + how);
  }

  /** Give the filesystem to others, unless they have taken it. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stop.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (held) {
      announce(MultiMountBlock.CLEAN);
    }
  }
}
