package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Random writes, zeroes, trims and flushes of two files with holes, as clients of an open
 * filesystem make them.
 *
 * <p>The parts of a file belong to the threads in turn, and do not end where blocks do: neighbours
 * fill and punch the two ends of one block.
 *
 * @param threads that use the filesystem at one time
 * @param rounds changes by each of them
 * @param closed whether the filesystem is closed at the end
 */
record FileWorkload(long seed, int threads, int rounds, boolean closed) implements Workload {

  private static final List<String> FILES = List.of("/one", "/two");

  /** Blocks of each file, but for its last bytes. */
  private static final int LENGTH = 64;

  /** Bytes that one thread has in a row. */
  private static int part(int blockSize) {
    return 7 * blockSize / 2 + 100;
  }

  /** Return what the files hold at the beginning: some data, and holes. */
  static Map<String, byte[]> contents(int blockSize) {
    Map<String, byte[]> contents = new TreeMap<>();
    contents.put("other", SectorText.data(9, 0, 0, 5 * blockSize + 77));
    for (int file = 0; file < FILES.size(); file++) {
      byte[] content = new byte[LENGTH * blockSize + 300];
      // Runs of whole pages: what is shorter is no hole.
      int page = Math.max(blockSize, PagedImage.PAGE);
      for (int at = page; at + page <= content.length; at += (3 + file) * page) {
        System.arraycopy(SectorText.data(file + 1, 0, at, page), 0, content, at, page);
      }
      contents.put(FILES.get(file).substring(1), content);
    }
    return contents;
  }

  @Override
  public void run(RecordingDevice device, Ledger ledger) throws IOException {
    Ext4FileSystem filesystem = Ext4FileSystem.open(device);
    int blockSize = filesystem.facts().blockSize();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> users = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        users.add(
            pool.submit(() -> {
              use(device, ledger, filesystem, thread, part(blockSize));
              return null;
            }));
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
    // What is open at the end of the trace was on its way when the power was cut.
    if (closed) {
      filesystem.close();
    }
  }

  private void use(
      RecordingDevice device, Ledger ledger, Ext4FileSystem filesystem, int thread, int part)
      throws IOException {
    Random random = new Random(seed * 31 + thread);
    try (RecordedFile one = new RecordedFile(device, ledger, filesystem, FILES.get(0));
        RecordedFile two = new RecordedFile(device, ledger, filesystem, FILES.get(1))) {
      RecordedFile[] files = {one, two};
      for (int round = 1; round <= rounds; round++) {
        int number = random.nextInt(files.length);
        RecordedFile file = files[number];
        int parts = (int) (file.size() / part) / threads;
        int start = (random.nextInt(parts) * threads + thread) * part;
        int from = start + (random.nextInt(3) == 0 ? 0 : random.nextInt(part));
        int length = 1 + random.nextInt(start + part - from);
        boolean durable = random.nextInt(8) == 0;
        switch (random.nextInt(12)) {
          case 0, 1, 2, 3, 4 -> {
            int version = thread * 1000 + round;
            file.write(SectorText.data(number + 1, version, from, length), from, durable);
          }
          case 5, 6 -> file.zero(from, length, true, durable);
          case 7, 8 -> file.zero(from, length, false, durable);
          case 9, 10 -> file.trim(from, length);
          default -> file.flush();
        }
      }
    }
  }
}
