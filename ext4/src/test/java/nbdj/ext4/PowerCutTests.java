package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The power cut itself, and what it leaves of files that are only overwritten. */
final class PowerCutTests {

  private static final long SEED = 71;
  private static final CrashStates.Effort EFFORT = new CrashStates.Effort(24, 6);
  private static final int SECTOR = SectorText.SECTOR;

  private final RecordingDevice device = new RecordingDevice(PagedImage.of(new byte[1 << 14]));

  private void put(int sector, int value, boolean fua) {
    byte[] bytes = new byte[SECTOR];
    Arrays.fill(bytes, (byte) value);
    device.write(ByteBuffer.wrap(bytes), (long) sector * SECTOR, fua);
  }

  /**
   * Return what the first sectors hold in each state, as one number each, by the time of the cut.
   */
  private List<String> states(int sectors) {
    List<String> states = new ArrayList<>();
    CrashStates.of(
        device.trace(),
        EFFORT,
        SECTOR,
        SEED,
        state -> {
          byte[] bytes = state.image().bytes();
          StringBuilder text = new StringBuilder(state.time() + ":");
          IntStream.range(0, sectors).forEach(i -> text.append(bytes[i * SECTOR + SECTOR - 1]));
          states.add(text.toString());
        });
    return states;
  }

  @Test
  void unflushedWrites_surviveInAnySubset() {
    put(0, 1, false);
    put(1, 2, false);
    device.flush();
    put(0, 3, false);
    assertEquals(Set.of("2:00", "2:10", "2:02", "2:12", "4:12", "4:32"), new HashSet<>(states(2)));
  }

  @Test
  void durableWrite_survivesFromThenOn() {
    put(0, 1, false);
    put(1, 2, true);
    put(2, 3, false);
    assertEquals(
        Set.of("1:000", "1:100", "3:020", "3:120", "3:023", "3:123"), new HashSet<>(states(3)));
  }

  @Test
  void laterWriteOfOnePlace_isNeverUndoneByAnEarlier() {
    put(0, 1, false);
    put(0, 2, true);
    assertEquals(Set.of("1:0", "1:1", "2:2"), new HashSet<>(states(1)));
  }

  @Test
  void manyWrites_areSampledWithTheExtremes() {
    IntStream.range(0, 8).forEach(sector -> put(sector, sector + 1, false));
    Set<String> states = new HashSet<>(states(8));
    assertTrue(states.contains("8:00000000") && states.contains("8:12345678"), states::toString);
    assertTrue(states.size() > EFFORT.subsets() / 2, states::toString);
  }

  @Test
  void wideWrite_isTornBetweenSectorsButNotInTheSuperblock() {
    byte[] bytes = new byte[6 * SECTOR];
    Arrays.fill(bytes, (byte) 7);
    device.write(ByteBuffer.wrap(bytes), 0, false);
    Set<String> states = new HashSet<>();
    for (int seed = 0; seed < 40; seed++) {
      CrashStates.of(
          device.trace(),
          EFFORT,
          SECTOR,
          seed,
          state -> {
            byte[] content = state.image().bytes();
            StringBuilder text = new StringBuilder();
            IntStream.range(0, 6).forEach(i -> text.append(content[i * SECTOR]));
            states.add(text.toString());
          });
    }
    assertTrue(states.contains("700000") && states.contains("000077"), states::toString);
    assertTrue(states.stream().allMatch(text -> text.charAt(2) == text.charAt(3)));
    assertTrue(states.size() > 12, states::toString);
  }

  @Test
  void history_allowsWhatWasNotDurableAndNothingElse() {
    FileHistory history = new FileHistory(new byte[] {0, 0, 0});
    history.changed(1, 2, 0, new byte[] {1, 1});
    history.flushed(3, 5);
    history.changed(6, 7, 1, new byte[] {2});
    history.changedDurably(8, 10, 2, new byte[] {3});
    assertTrue(history.judge(new byte[] {0, 1, 0}, 5).isEmpty(), "the flush has not ended");
    assertTrue(history.judge(new byte[] {0, 1, 0}, 6).isPresent(), "what was flushed is lost");
    assertTrue(history.judge(new byte[] {1, 2, 0}, 6).isPresent(), "not yet written");
    assertTrue(history.judge(new byte[] {1, 2, 0}, 7).isEmpty());
    assertTrue(history.judge(new byte[] {1, 1, 3}, 11).isEmpty());
    assertTrue(history.judge(new byte[] {1, 2, 0}, 11).isPresent(), "a durable write is lost");
    assertTrue(history.judge(new byte[] {1, 9, 3}, 11).isPresent(), "nobody wrote this");
  }

  /** Overwrite two files and flush now and then. */
  private static void overwrite(RecordingDevice device, Ledger ledger) throws IOException {
    Random random = new Random(SEED);
    Ext4Options options = Ext4Options.DEFAULT.withWriting(Ext4Options.Writing.OVERWRITE);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device, options);
        RecordedFile one = new RecordedFile(device, ledger, filesystem, "/one");
        RecordedFile two = new RecordedFile(device, ledger, filesystem, "/two")) {
      for (int i = 0; i < 60; i++) {
        RecordedFile file = random.nextBoolean() ? one : two;
        int length = 1 + random.nextInt(6000);
        int offset = random.nextInt((int) file.size() - length);
        byte[] bytes = SectorText.data(file == one ? 1 : 2, i + 1, offset, length);
        boolean durable = random.nextInt(6) == 0;
        file.write(bytes, offset, durable);
        if (!durable && random.nextInt(4) == 0) {
          file.flush();
        }
      }
    }
  }

  @Test
  void overwrites_keepWhatWasFlushedAndNeverMoreThanWasWritten() throws IOException {
    Tools.require("mke2fs", "e2fsck", "dumpe2fs");
    CrashImage image =
        CrashImage.make(
            new Shape("overwrites", "4M", "-t ext4 -b 1024 -J size=1"),
            Map.of("one", SectorText.data(1, 0, 0, 40_960), "two", SectorText.data(2, 0, 0, 8192)));
    Ledger ledger = new Ledger(image.files());
    RecordingDevice recorded = new RecordingDevice(image.image());
    overwrite(recorded, ledger);
    Trace trace = recorded.trace();
    JournalJudge judge = new JournalJudge(ledger, 50);
    PowerCut.Outcome outcome = PowerCut.run(trace, EFFORT, SECTOR, SEED, judge);
    outcome.assertGood();
    assertTrue(outcome.states() > 300, outcome::toString);
    assertTrue(trace.flushes() > 6, trace::toString);
    for (int i = 0; i < trace.flushes(); i += 3) {
      PowerCut.assertBad(trace.withoutFlush(i), EFFORT, SECTOR, SEED, judge);
    }
    assertEquals(1, judge.checkedStates(), "no metadata was changed");
    assertEquals(Optional.empty(), ledger.judge(recorded.content(), trace.events().size()));
  }
}
