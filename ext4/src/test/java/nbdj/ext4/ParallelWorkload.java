package nbdj.ext4;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/**
 * Random changes by several threads, each of files of its own, all in the same bitmaps and blocks
 * of inodes, with flushes by all of them and by the timer.
 */
record ParallelWorkload(long seed, int threads, int rounds) implements Workload {

  private static final int FILES = 2;

  private static String path(int thread, int file) {
    return "/file-%d-%d".formatted(thread, file);
  }

  /** Return what the files must hold at the beginning: nothing but zeroes. */
  Map<String, byte[]> contents(int blockSize) {
    Map<String, byte[]> contents = new TreeMap<>();
    for (int thread = 0; thread < threads; thread++) {
      for (int file = 0; file < FILES; file++) {
        byte[] content = new byte[ScribeWorkload.LENGTH * blockSize];
        contents.put(path(thread, file).substring(1), content);
      }
    }
    return contents;
  }

  @Override
  public void run(RecordingDevice device, Ledger ledger) throws IOException {
    Volume below = Volume.open(device, Superblock.read(device));
    Optional<Duration> interval = Optional.of(Duration.ofMillis(2));
    TransactionStore store = StoreFactory.of(below, interval, UnaryOperator.identity());
    Volume volume = below.over(store);
    Scribe scribe = new Scribe(device, ledger, volume, store, 20 * threads, Set.of());
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> users = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        users.add(pool.submit(() -> use(scribe, volume, thread)));
      }
      for (Future<?> user : users) {
        user.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException e) {
      throw new AssertionError("seed " + seed, e);
    }
    store.close();
  }

  private Void use(Scribe scribe, Volume volume, int thread) throws IOException {
    Random random = new Random(seed + thread);
    ScribeFile[] files = new ScribeFile[FILES];
    for (int i = 0; i < FILES; i++) {
      files[i] = new ScribeFile(volume, path(thread, i), thread * FILES + i + 1);
    }
    for (int round = 1; round <= rounds; round++) {
      ScribeWorkload.step(scribe, files, random, round);
      if (random.nextInt(5) == 0) {
        scribe.flush();
      }
    }
    return null;
  }
}
