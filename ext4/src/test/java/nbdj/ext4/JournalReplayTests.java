package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import nbdj.ext4.journal.JournalSuperblock;
import nbdj.ext4.journal.LogChecksum;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random logs, in every format, are replayed in place, in memory and by e2fsck, to the same end.
 */
final class JournalReplayTests {

  private static final int FILE_BLOCKS = 60;

  @TempDir static Path scratch;

  /** An image for each block size. */
  private static final Map<Integer, byte[]> IMAGES = new LinkedHashMap<>();

  /** How a log is written. */
  record Log(int blockSize, LogChecksum checksum, int features, int back, long seed) {}

  @BeforeAll
  static void makeImages() throws IOException {
    Tools.require("mke2fs", "e2fsck");
    Path tree = Files.createDirectories(scratch.resolve("tree"));
    for (int blockSize : new int[] {1024, 4096}) {
      byte[] content = new byte[FILE_BLOCKS * blockSize];
      new Random(blockSize).nextBytes(content);
      Files.write(tree.resolve("file"), content);
      Path image = scratch.resolve("image-" + blockSize);
      // A journal of the least size that there may be.
      String options =
          "-t ext4 -O 64bit,metadata_csum -b %d -J size=%d".formatted(blockSize, blockSize >> 10);
      new Shape("log", blockSize == 1024 ? "4M" : "16M", options).make(image, tree);
      IMAGES.put(blockSize, Files.readAllBytes(image));
    }
  }

  static Stream<Log> logs() {
    List<Log> logs = new ArrayList<>();
    for (int blockSize : new int[] {1024, 4096}) {
      for (LogChecksum checksum : LogChecksum.values()) {
        for (int wide : new int[] {0, JournalSuperblock.WIDE}) {
          for (int back : new int[] {0, 17}) {
            int features = wide | JournalSuperblock.REVOKE;
            logs.add(new Log(blockSize, checksum, features, back, logs.size() + 1L));
          }
        }
      }
    }
    logs.add(
        new Log(
            1024,
            LogChecksum.V1,
            JournalSuperblock.REVOKE | JournalSuperblock.ASYNC_COMMIT,
            0,
            99));
    return logs.stream();
  }

  @ParameterizedTest
  @MethodSource("logs")
  void randomLog_isReplayedAsE2fsckDoes(Log log) throws IOException {
    byte[] image = imageOf(log).clone();
    MemoryDevice device = new MemoryDevice(image, false);
    List<Long> blocks = blocksOf(device);
    byte[] expected = write(device, log, blocks);

    byte[] before = image.clone();
    assertArrayEquals(expected, replayedInMemory(image), "in memory");
    assertArrayEquals(before, image, "nothing is written");

    Path judged = Files.write(scratch.resolve("judged"), image);
    Tools.run(List.of("e2fsck", "-y", "-E", "journal_only", judged.toString()));
    assertArrayEquals(expected, content(Files.readAllBytes(judged), blocks, log), "by e2fsck");

    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      assertTrue(filesystem.writable());
    }
    assertArrayEquals(expected, content(image, blocks, log), "in place");
    assertFalse(Superblock.read(device).has(Feature.RECOVER));
    Path recovered = Files.write(scratch.resolve("recovered"), image);
    Tools.assertClean(recovered);
  }

  @ParameterizedTest
  @MethodSource("logs")
  void replayInPlace_cutAnywhere_isReplayedAgain(Log log) throws IOException {
    byte[] image = imageOf(log).clone();
    List<Long> blocks = blocksOf(new MemoryDevice(image, false));
    byte[] expected = write(new MemoryDevice(image, false), log, blocks);
    for (int calls = 1; ; calls += 3) {
      byte[] cut = image.clone();
      MemoryDevice device = new MemoryDevice(cut, false);
      device.failAfter(calls);
      try (Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
        assertTrue(filesystem.writable());
        return;
      } catch (IOException failed) {
        assertEquals("device failed, as it was told to", failed.getMessage());
      }
      assertArrayEquals(expected, replayedInMemory(cut), "after " + calls + " calls");
    }
  }

  private static byte[] imageOf(Log log) {
    byte[] image = IMAGES.get(log.blockSize);
    assertTrue(image != null);
    return image;
  }

  private static byte[] replayedInMemory(byte[] image) throws IOException {
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(new MemoryDevice(image, true));
        Ext4File file = filesystem.file("/file")) {
      return Compare.readAll(file);
    }
  }

  /**
   * Return the blocks of the file, which stand for metadata: a log does not mind what they hold.
   */
  static List<Long> blocksOf(MemoryDevice device) throws IOException {
    List<Long> blocks = new ArrayList<>();
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      int blockSize = filesystem.facts().blockSize();
      file.map(
          0,
          file.size(),
          new RunVisitor() {
            @Override
            public void device(long offset, long length) {
              for (long at = offset; at < offset + length; at += blockSize) {
                blocks.add(at / blockSize);
              }
            }

            @Override
            public void zeroes(long length, boolean hole) {
              throw new AssertionError("a hole in a file of data");
            }

            @Override
            public void bytes(ByteBuffer content) {
              throw new AssertionError("inline content in a file of many blocks");
            }
          });
    }
    return blocks;
  }

  private static byte[] content(byte[] image, List<Long> blocks, Log log) {
    byte[] content = new byte[blocks.size() * log.blockSize];
    for (int i = 0; i < blocks.size(); i++) {
      int from = (int) (blocks.get(i) * log.blockSize);
      System.arraycopy(image, from, content, i * log.blockSize, log.blockSize);
    }
    return content;
  }

  /** Write a random log and return what the file holds once it is replayed. */
  private static byte[] write(MemoryDevice device, Log log, List<Long> blocks) throws IOException {
    Random random = new Random(log.seed);
    byte[] before = content(device.bytes(), blocks, log);
    LogMaker maker = new LogMaker(device, log.checksum, log.features, log.back);
    List<Map<Long, byte[]>> transactions = new ArrayList<>();
    List<long[]> revokes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Map<Long, byte[]> contents = contents(random, log, blocks);
      long[] revoked =
          blocks.stream()
              .filter(block -> !contents.containsKey(block) && random.nextInt(8) == 0)
              .mapToLong(block -> block)
              .toArray();
      transactions.add(contents);
      revokes.add(revoked);
      maker.commit(contents, revoked);
    }
    if (random.nextBoolean()) {
      maker.begin(contents(random, log, blocks));
    }
    return expected(before, transactions, revokes, blocks, log);
  }

  private static Map<Long, byte[]> contents(Random random, Log log, List<Long> blocks) {
    Map<Long, byte[]> contents = new LinkedHashMap<>();
    int count = 1 + random.nextInt(20);
    for (int i = 0; i < count; i++) {
      byte[] content = new byte[log.blockSize];
      random.nextBytes(content);
      if (random.nextInt(4) == 0) {
        ByteBuffer.wrap(content).putInt(0xC03B_3998);
      }
      contents.put(blocks.get(random.nextInt(blocks.size())), content);
    }
    return contents;
  }

  private static byte[] expected(
      byte[] before,
      List<Map<Long, byte[]>> transactions,
      List<long[]> revokes,
      List<Long> blocks,
      Log log) {
    byte[] expected = before.clone();
    for (int i = 0; i < transactions.size(); i++) {
      for (Map.Entry<Long, byte[]> one : transactions.get(i).entrySet()) {
        long block = one.getKey();
        boolean revoked =
            revokes.subList(i, revokes.size()).stream()
                .anyMatch(some -> Arrays.stream(some).anyMatch(other -> other == block));
        if (!revoked) {
          int at = blocks.indexOf(block) * log.blockSize;
          System.arraycopy(one.getValue(), 0, expected, at, log.blockSize);
        }
      }
    }
    return expected;
  }
}
