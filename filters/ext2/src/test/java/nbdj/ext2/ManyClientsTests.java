package nbdj.ext2;

import static nbdj.ext2.Image.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import nbdj.runtime.server.NbdServer;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients use files of one filesystem over several connections as they like: each reads what was
 * written, a flush of one makes durable what all have done, and in the end the filesystem is
 * without fault and holds just that.
 */
class ManyClientsTests {
  private static final long SEED = 61;

  /** Length of the files that are changed, but for the smallest. */
  private static final int SIZE = 1_300_003;

  private static final int DEVICE_SIZE = 24 << 20;

  /** Ways to make a filesystem. */
  private static final List<String> SHAPES =
      List.of(
          "-t ext2 -b 1024",
          "-t ext2 -b 2048 -I 128",
          "-t ext3 -b 1024 -J size=1",
          "-t ext3 -b 4096 -J size=4 -g 1024",
          "-t ext4 -b 1024 -J size=1",
          "-t ext4 -b 4096 -J size=4",
          "-t ext4 -b 4096 -O ^has_journal",
          "-t ext4 -b 1024 -J size=1 -g 2048 -O ^metadata_csum,uninit_bg,^64bit,^resize_inode",
          "-t ext4 -b 1024 -J size=1 -O bigalloc -C 8192",
          "-t ext4 -b 4096 -O bigalloc,^has_journal,quota -C 65536 -N 64",
          "-t ext4 -b 4096 -J size=4 -O quota,project",
          "-t ext4 -b 1024 -J size=1 -O inline_data,quota,metadata_csum_seed,large_dir",
          "-t ext4 -b 32768 -O ^has_journal -N 64");

  private static final int[] CONNECTIONS = {1, 4, 16};

  @TempDir static Path folder;

  /** What the files hold at the beginning. */
  private static final Map<String, byte[]> FILES = new TreeMap<>();

  @BeforeAll
  static void makeTree() throws IOException {
    Path tree = Files.createDirectory(folder.resolve("tree"));
    Random random = new Random(SEED);
    for (String name : List.of("one", "two")) {
      byte[] content = new byte[SIZE];
      try (RandomAccessFile file = new RandomAccessFile(tree.resolve(name).toFile(), "rw")) {
        file.setLength(SIZE);
        for (int at : new int[] {0, 200_000, 700_000, SIZE - 20_000}) {
          byte[] bytes = new byte[20_000];
          random.nextBytes(bytes);
          System.arraycopy(bytes, 0, content, at, bytes.length);
          file.seek(at);
          file.write(bytes);
        }
      }
      FILES.put(name, content);
    }
    // The smaller is in its inode where inodes hold data.
    for (Map.Entry<String, Integer> other : Map.of("small", 130, "other", 300_001).entrySet()) {
      byte[] content = new byte[other.getValue()];
      random.nextBytes(content);
      Files.write(tree.resolve(other.getKey()), content);
      FILES.put(other.getKey(), content);
    }
  }

  /** Return every shape, and each number of connections in turn. */
  static Stream<Arguments> turns() {
    return SHAPES.stream()
        .map(shape -> Arguments.of(shape, CONNECTIONS[SHAPES.indexOf(shape) % CONNECTIONS.length]));
  }

  static Stream<Arguments> all() {
    return SHAPES.stream()
        .flatMap(shape -> Stream.of(1, 4, 16).map(number -> Arguments.of(shape, number)));
  }

  @ParameterizedTest
  @Timeout(120)
  @MethodSource("turns")
  void randomUse_leavesWhatWasWrittenAndACleanFilesystem(String shape, int connections)
      throws Exception {
    use(shape, connections, SEED, 20);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("all")
  void randomUseForLong_leavesWhatWasWrittenAndACleanFilesystem(String shape, int connections)
      throws Exception {
    for (long seed = SEED + 1; seed <= SEED + 3; seed++) {
      use(shape, connections, seed, 200);
    }
  }

  private static void use(String shape, int connections, long seed, int steps) throws Exception {
    ReferenceDevice device = device(shape);
    Map<String, byte[]> flushed = new TreeMap<>(FILES);
    Map<String, byte[]> expected = new TreeMap<>(FILES);
    ReferenceDevice cut;
    List<ServedFile> files = new ArrayList<>();
    try (NbdServer server = serve(device)) {
      try {
        for (String name : List.of("one", "two", "small")) {
          byte[] model = Objects.requireNonNull(FILES.get(name)).clone();
          files.add(ServedFile.connect(server.uri(name), name, model, connections));
          expected.put(name, model);
        }
        inLanes(seed, (lane, random) -> use(files, lane, random, steps));
        files.get(1).flush();
        cut = device.copy();
        files.forEach(file -> flushed.put(file.name, file.model().clone()));
        inLanes(-seed, (lane, random) -> use(files, lane, random, steps));
        for (ServedFile file : files) {
          file.checkAll();
        }
      } finally {
        files.forEach(ServedFile::close);
      }
    }
    // What a flush had been answered for is there without a close.
    check(cut, shape, false, flushed);
    check(device, shape, true, expected);
  }

  private static NbdServer serve(ReferenceDevice device) throws IOException {
    return NbdServer.builder()
        .filter("ext2", new Ext2Filter())
        .plugin("device", new ReferencePlugin(device))
        .config("ext2file", "exportname")
        .privateSocket()
        .start();
  }

  private static void use(List<ServedFile> files, int lane, Random random, int steps)
      throws IOException {
    for (int i = 0; i < steps; i++) {
      // The last file is small.
      int number = random.nextInt(8) == 0 ? files.size() - 1 : random.nextInt(files.size() - 1);
      files.get(number).step(lane, random);
    }
  }

  /** What one lane does. */
  private interface Lane {
    void run(int number, Random random) throws Exception;
  }

  private static void inLanes(long seed, Lane lane) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(ServedFile.LANES)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < ServedFile.LANES; i++) {
        int number = i;
        running.add(
            pool.submit(() -> {
              lane.run(number, new Random(seed * ServedFile.LANES + number));
              return null;
            }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  private static ReferenceDevice device(String shape) throws Exception {
    Path image = folder.resolve("image");
    List<String> command = new ArrayList<>(List.of("mke2fs", "-q", "-F", "-d"));
    command.add(folder.resolve("tree").toString());
    command.addAll(List.of(shape.split(" ")));
    command.addAll(List.of(image.toString(), DEVICE_SIZE / 1024 + "k"));
    Files.deleteIfExists(image);
    run(command.toArray(String[]::new));
    if (shape.contains("quota")) {
      // mke2fs does not count what it copies.
      Image.repair(image);
    }
    ReferenceDevice device = new ReferenceDevice(DEVICE_SIZE);
    device.write(ByteBuffer.wrap(Files.readAllBytes(image)), 0);
    return device;
  }

  /** Check what a device holds. */
  private static void check(
      ReferenceDevice device, String shape, boolean closed, Map<String, byte[]> expected)
      throws Exception {
    Path image = folder.resolve("image");
    ByteBuffer bytes = ByteBuffer.allocate(DEVICE_SIZE);
    device.read(bytes, 0);
    Files.write(image, bytes.array());
    if (!closed) {
      if (shape.contains("-J")) {
        run("e2fsck", "-y", "-E", "journal_only", image.toString());
      } else {
        Image.repair(image);
      }
    }
    run("e2fsck", "-fn", image.toString());
    Path dump = folder.resolve("dump");
    for (Map.Entry<String, byte[]> file : expected.entrySet()) {
      run("debugfs", "-R", "dump %s %s".formatted(file.getKey(), dump), image.toString());
      assertArrayEquals(file.getValue(), Files.readAllBytes(dump), file.getKey());
    }
  }
}
