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
 * fill and punch the two ends of one block. If inodes hold data, two small files are changed, too,
 * of which each thread has some bytes.
 *
 * @param threads that use the filesystem at one time
 * @param rounds changes by each of them
 * @param closed whether the filesystem is closed at the end
 * @param inline whether inodes hold data
 */
record FileWorkload(long seed, int threads, int rounds, boolean closed, boolean inline)
    implements Workload {

  private static final List<String> FILES = List.of("/one", "/two");

  /** Data in the inode alone, and in an attribute, too. */
  private static final Map<String, Integer> SMALL =
      new TreeMap<>(Map.of("/tiny", 60, "/small", 130));

  /** Blocks of each file, but for its last bytes. */
  private static final int LENGTH = 64;

  /** Bytes that one thread has in a row. */
  private static int part(int blockSize) {
    return 7 * blockSize / 2 + 100;
  }

  /** Return what the files hold at the beginning: some data, and holes. */
  static Map<String, byte[]> contents(int blockSize, boolean inline) {
    Map<String, byte[]> contents = new TreeMap<>();
    if (inline) {
      SMALL.forEach(
          (path, length) -> contents.put(path.substring(1), SectorText.data(7, 0, 0, length)));
    }
    contents.put("other", SectorText.data(9, 0, 0, 5 * blockSize + 77));
    for (int file = 0; file < FILES.size(); file++) {
      byte[] content = new byte[LENGTH * blockSize + 300];
      // Runs of whole pages: what is shorter is no hole.
      int page = Math.max(blockSize, PagedImage.PAGE);
      for (int at = page; at + page <= content.length; at += (3 + file) * page) {
        System.arraycopy(SectorText.data(file + 1, 0, at, page), 0, content, at, page);
      }
      if (inline) {
        // mke2fs cuts off what ends in a hole.
        int last = content.length - content.length % page;
        byte[] end = SectorText.data(file + 1, 0, last, content.length - last);
        System.arraycopy(end, 0, content, last, end.length);
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
    List<RecordedFile> files = new ArrayList<>();
    try {
      for (String path : paths()) {
        files.add(new RecordedFile(device, ledger, filesystem, path));
      }
      for (int round = 1; round <= rounds; round++) {
        int number = random.nextInt(files.size());
        RecordedFile file = files.get(number);
        int size = (int) file.size();
        boolean small = number >= FILES.size();
        int mine = small ? size / threads : part;
        int parts = small ? 1 : size / part / threads;
        int start = (random.nextInt(parts) * threads + thread) * mine;
        int from = start + (random.nextInt(3) == 0 ? 0 : random.nextInt(mine));
        int length = 1 + random.nextInt(start + mine - from);
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
    } finally {
      files.forEach(RecordedFile::close);
    }
  }

  private List<String> paths() {
    List<String> paths = new ArrayList<>(FILES);
    if (inline) {
      paths.addAll(SMALL.keySet());
    }
    return paths;
  }
}
