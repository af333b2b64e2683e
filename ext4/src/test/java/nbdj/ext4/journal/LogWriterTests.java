package nbdj.ext4.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written to a log is found there again. */
final class LogWriterTests {

  private static final long SEED = 31;
  private static final int BLOCK = 1024;

  static Stream<Arguments> formats() {
    return Stream.of(LogChecksum.values())
        .flatMap(checksum -> Stream.of(true, false).map(wide -> Arguments.of(checksum, wide)));
  }

  private static Map<Long, byte[]> found(MemoryJournal journal) throws IOException {
    Map<Long, byte[]> found = new HashMap<>();
    new LogScan(journal, journal.superblock()).run(block -> true).replay(found::put);
    return found;
  }

  private static void assertFound(Map<Long, byte[]> expected, MemoryJournal journal)
      throws IOException {
    Map<Long, byte[]> found = found(journal);
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((block, content) -> assertArrayEquals(content, found.get(block)));
  }

  /** What random transactions leave, and those after the last release in the log. */
  @ParameterizedTest
  @MethodSource("formats")
  void randomTransactions_areFoundWhereverTheLogWraps(LogChecksum checksum, boolean wide)
      throws IOException {
    Random random = new Random(SEED);
    int features = wide ? JournalSuperblock.WIDE : 0;
    MemoryJournal journal = new MemoryJournal(BLOCK, 700, checksum, features);
    LogWriter writer = new LogWriter(journal, journal.superblock(), JournalSuperblock.REVOKE);
    Map<Long, byte[]> model = new HashMap<>();
    writer.open();
    for (int i = 0; i < 25; i++) {
      if (!writer.hasRoom()) {
        writer.release();
        model.clear();
      }
      List<Long> known = new ArrayList<>(model.keySet());
      long[] revoked =
          known.stream()
              .filter(block -> random.nextInt(5) == 0)
              .mapToLong(Long::longValue)
              .toArray();
      Map<Long, byte[]> logged = new LinkedHashMap<>();
      int count = random.nextInt(writer.mostBlocks() - revoked.length);
      for (int j = 0; j < count; j++) {
        logged.put(random.nextLong(wide ? 1L << 40 : 1L << 32), content(random));
      }
      for (long block : revoked) {
        logged.remove(block);
      }
      writer.write(logged, revoked);
      assertFound(model, journal);
      writer.commit();
      for (long block : revoked) {
        model.remove(block);
      }
      model.putAll(logged);
      assertFound(model, journal);
    }
    writer.close();
    assertEquals(0, journal.superblock().start());
    assertFound(Map.of(), journal);
  }

  private static byte[] content(Random random) {
    byte[] content = new byte[BLOCK];
    random.nextBytes(content);
    if (random.nextInt(10) == 0) {
      ByteBuffer.wrap(content).putInt(LogFormat.MAGIC).putInt(1 + random.nextInt(5)).putInt(6);
    }
    return content;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void largestTransactions_fitQuartersOfTheLog(LogChecksum checksum, boolean wide)
      throws IOException {
    int features = wide ? JournalSuperblock.WIDE : 0;
    MemoryJournal journal = new MemoryJournal(BLOCK, 4001, checksum, features);
    LogWriter writer = new LogWriter(journal, journal.superblock(), JournalSuperblock.REVOKE);
    assertEquals(4000, writer.capacity());
    writer.open();
    for (int revoked : new int[] {0, writer.mostBlocks(), writer.mostBlocks() / 2}) {
      Map<Long, byte[]> logged = new HashMap<>();
      for (long i = 0; i < writer.mostBlocks() - revoked; i++) {
        logged.put(i, new byte[BLOCK]);
      }
      long[] numbers = Stream.iterate(5000L, i -> i + 1).limit(revoked).mapToLong(i -> i).toArray();
      long before = writer.used();
      journal.takeWritten();
      writer.write(logged, numbers);
      writer.commit();
      long taken = writer.used() - before;
      assertEquals(taken, journal.takeWritten());
      assertTrue(taken <= 1000, () -> taken + " blocks");
      assertTrue(revoked > 0 || taken > 900, () -> taken + " blocks");
    }
    assertTrue(writer.hasRoom());
  }

  @Test
  void transaction_isWrittenInLargePieces() throws IOException {
    MemoryJournal journal = new MemoryJournal(BLOCK, 8001, LogChecksum.V3, 0);
    LogWriter writer = new LogWriter(journal, journal.superblock(), 0);
    Map<Long, byte[]> logged = new HashMap<>();
    for (long i = 0; i < 1800; i++) {
      logged.put(i, new byte[BLOCK]);
    }
    journal.takeWritten();
    writer.write(logged, new long[0]);
    assertEquals(2, journal.writes());
  }

  @Test
  void logThatIsFull_isNotOverwritten() throws IOException {
    MemoryJournal journal = new MemoryJournal(BLOCK, 41, LogChecksum.NONE, 0);
    LogWriter writer = new LogWriter(journal, journal.superblock(), 0);
    Map<Long, byte[]> one = Map.of(3L, new byte[BLOCK]);
    writer.open();
    int count = 0;
    while (writer.hasRoom()) {
      writer.write(one, new long[0]);
      writer.commit();
      count++;
    }
    assertEquals(11, count, "of three blocks each, until less than a quarter is left");
    assertThrows(IllegalStateException.class, () -> writer.write(one, new long[0]));
    Map<Long, byte[]> many = new HashMap<>();
    for (long i = 0; i <= writer.mostBlocks(); i++) {
      many.put(i, new byte[BLOCK]);
    }
    writer.release();
    assertThrows(IllegalStateException.class, () -> writer.write(many, new long[0]));
    writer.write(one, new long[0]);
  }

  @Test
  void journalThatIsInUseOrTooSmall_isRefused() throws IOException {
    MemoryJournal journal = new MemoryJournal(BLOCK, 100, LogChecksum.NONE, 0);
    JournalSuperblock inUse = journal.superblock().withLog(9, 5);
    assertThrows(IllegalArgumentException.class, () -> new LogWriter(journal, inUse, 0));
    MemoryJournal small = new MemoryJournal(BLOCK, 15, LogChecksum.NONE, 0);
    JournalException refused =
        assertThrows(JournalException.class, () -> new LogWriter(small, small.superblock(), 0));
    assertEquals("it has only 14 blocks, too few for a transaction", refused.getMessage());
  }

  @Test
  void features_areThereBeforeTheFirstTransaction() throws IOException {
    MemoryJournal journal = new MemoryJournal(BLOCK, 100, LogChecksum.NONE, 0);
    int more = JournalSuperblock.REVOKE | JournalSuperblock.WIDE;
    LogWriter writer = new LogWriter(journal, journal.superblock(), more);
    assertTrue(!journal.superblock().hasFeature(JournalSuperblock.WIDE));
    writer.open();
    assertTrue(journal.superblock().hasFeature(JournalSuperblock.REVOKE));
    assertTrue(journal.superblock().hasFeature(JournalSuperblock.WIDE));
    assertEquals(5, journal.superblock().sequence());
    assertEquals(1, journal.superblock().start());
    Map<Long, byte[]> far = Map.of(1L << 33, new byte[BLOCK]);
    writer.write(far, new long[0]);
    writer.commit();
    assertFound(far, journal);
  }
}
