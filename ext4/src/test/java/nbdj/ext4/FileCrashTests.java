package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that are written, zeroed and trimmed by several threads keep what was flushed through a
 * power cut at any moment, and never show what is not theirs; and an engine that made one mistake
 * would be found out.
 */
final class FileCrashTests {

  private static final long SEED = 1751;
  private static final CrashStates.Effort QUICK = new CrashStates.Effort(5, 2);
  private static final CrashStates.Effort THOROUGH = new CrashStates.Effort(40, 20);

  /** One in so many states is replayed by e2fsck, too. */
  private static final int SHARE = 30;

  private static final int SHORT = 256;

  /** As short, where what owners use is counted in the largest change. */
  private static final int SHORT_WITH_QUOTA = 512;

  @BeforeAll
  static void requireTools() {
    Tools.require("mke2fs", "e2fsck", "dumpe2fs");
  }

  /** Return cases whose short logs take the largest change of a file, and wrap. */
  static List<CrashCase> journalled() {
    return CrashCase.journalled().stream()
        .map(of -> of.log().length() == 0 ? of : withShortLog(of))
        .toList();
  }

  private static CrashCase withShortLog(CrashCase of) {
    int length = of.shape().quota() ? SHORT_WITH_QUOTA : SHORT;
    return new CrashCase(of.shape(), new LogShape(of.log().checksum(), of.log().wide(), length));
  }

  static List<CrashCase> ordered() {
    return CrashCase.ordered();
  }

  /** Return cases of what few filesystems have, whose logs wrap if there are any. */
  static List<CrashCase> special() {
    return CrashCase.special().stream().map(of -> of.hasJournal() ? withShortLog(of) : of).toList();
  }

  static List<CrashCase> all() {
    return Stream.of(journalled(), ordered(), special()).flatMap(List::stream).toList();
  }

  /** Return one case of each sort of log, one without, and all that is special. */
  static List<CrashCase> some() {
    List<CrashCase> all = journalled();
    List<CrashCase> some =
        List.of(all.get(1), all.get(2), all.get(3), all.get(7), ordered().get(2));
    return Stream.of(some, special()).flatMap(List::stream).toList();
  }

  @ParameterizedTest
  @MethodSource("some")
  void anyMoment_leavesWhatWasFlushed(CrashCase of) throws IOException {
    Run run = new Run(of, of.workload(SEED, 4, of.hasJournal() ? 12 : 5, true));
    PowerCut.Outcome outcome = run.cut(QUICK, SEED);
    outcome.assertGood();
    assertTrue(outcome.states() > (of.hasJournal() ? 60 : 20), outcome::toString);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("all")
  void anyMomentOfManyRuns_leavesWhatWasFlushed(CrashCase of) throws IOException {
    for (long seed = SEED + 1; seed < SEED + 7; seed++) {
      int threads = seed % 2 == 0 ? 4 : 1;
      Run run = new Run(of, of.workload(seed, threads, 120 / threads, seed % 3 == 0));
      run.cut(THOROUGH, seed).assertGood();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void sixteenThreads_leaveWhatEachWroteAndACleanFilesystem(CrashCase of) throws IOException {
    CrashImage image = of.imageForFiles();
    Ledger ledger = new Ledger(image.files());
    RecordingDevice device = new RecordingDevice(image.image());
    of.workload(SEED, 16, 20, true).run(device, ledger);
    int end = device.mark();
    ledger.flushed(end, end + 1);
    assertEquals(Optional.empty(), ledger.judge(device.content(), end + 2));
    try (FsckFile file = new FsckFile(device.content())) {
      Tools.Result checked = file.check(device.content());
      assertEquals(0, checked.exit(), checked.output());
    }
  }

  /** A recorded workload and its judge. */
  private static final class Run {
    private final CrashCase of;
    private final Trace trace;
    private final Judge judge;

    Run(CrashCase of, Workload workload) throws IOException {
      this.of = of;
      CrashImage image = of.imageForFiles();
      Ledger ledger = new Ledger(image.files());
      RecordingDevice device = new RecordingDevice(image.image());
      workload.run(device, ledger);
      trace = device.trace();
      judge = of.hasJournal() ? new JournalJudge(ledger, SHARE) : new OrderedJudge(ledger);
    }

    /** Nothing but a journal can make good a block of metadata that was written in part. */
    private int atom() {
      return of.hasJournal() ? SectorText.SECTOR : of.blockSize();
    }

    PowerCut.Outcome cut(CrashStates.Effort effort, long seed) throws IOException {
      return PowerCut.run(trace, effort, atom(), seed, judge);
    }

    /** Count those among some spoilt traces that are found bad, until there are so many. */
    int bad(List<Trace> spoilt, int enough) throws IOException {
      int found = 0;
      for (int i = 0; i < spoilt.size() && found < enough; i++) {
        boolean good = PowerCut.run(spoilt.get(i), QUICK, atom(), SEED, judge).bad().isEmpty();
        found += good ? 0 : 1;
      }
      return found;
    }
  }

  /** Return cases with a journal and without, of the usual sort and of the special one. */
  static List<CrashCase> few() {
    List<CrashCase> special = special();
    return List.of(
        journalled().get(0), ordered().get(1), special.get(0), special.get(3), special.get(6));
  }

  /** What is spoilt, and how it is. */
  private interface Mistake {
    Trace in(Trace trace, int flush);
  }

  private static void assertCaught(CrashCase of, Mistake mistake, int times) throws IOException {
    // Half of the changes are of data in inodes if there is any.
    Run run = new Run(of, of.workload(SEED, 1, of.shape().inline() ? 48 : 24, false));
    run.cut(new CrashStates.Effort(2, 1), SEED).assertGood();
    List<Trace> spoilt = new ArrayList<>();
    // Not every flush has something before it that must not come after.
    for (int flush = run.trace.flushes() - 1; flush >= 0; flush--) {
      spoilt.add(mistake.in(run.trace, flush));
    }
    assertEquals(times, run.bad(spoilt, times));
  }

  @ParameterizedTest
  @MethodSource("few")
  void droppedFlush_isCaught(CrashCase of) throws IOException {
    assertCaught(of, Trace::withoutFlush, 3);
  }

  private static boolean holdsText(Event.Change change) {
    int start = (int) -change.offset() & (SectorText.SECTOR - 1);
    for (int at = start; at + 16 <= change.bytes().length; at += SectorText.SECTOR) {
      if (SectorText.isText(change.bytes(), at)) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @MethodSource("few")
  void dataAfterWhatLeadsThere_isCaught(CrashCase of) throws IOException {
    Predicate<Event.Change> data = FileCrashTests::holdsText;
    assertCaught(of, (trace, flush) -> trace.delayed(flush, data), 1);
  }

  @ParameterizedTest
  @MethodSource("few")
  void metadataAfterItsFlush_isCaught(CrashCase of) throws IOException {
    Predicate<Event.Change> metadata = change -> !holdsText(change);
    assertCaught(of, (trace, flush) -> trace.delayed(flush, metadata), 1);
  }
}
