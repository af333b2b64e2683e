package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.junit.Disk.Extent;
import nbdj.tck.Feature;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PowerCutFilterTests {
  private static final int SIZE = 1 << 20;

  private Disk disk;

  @BeforeEach
  void start() throws IOException {
    disk = new Disk(SIZE);
  }

  @AfterEach
  void stop() {
    disk.close();
  }

  private static byte[] filled(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private Crash crash() throws IOException {
    return disk.filter.crash(Loss.ALL, 0);
  }

  @Test
  void writtenAndNotFlushed_crash_loses() throws IOException {
    disk.write(1000, 3000, 1, Flags.NONE);
    assertArrayEquals(filled(3000, 1), disk.read(1000, 3000));
    assertArrayEquals(new byte[3000], disk.below(1000, 3000));
    assertEquals(1, disk.filter.medium("").unflushed());
    assertEquals(new Crash(Loss.ALL, 0, 1, 0, 0), crash());
    assertArrayEquals(new byte[3000], disk.below(1000, 3000));
  }

  @Test
  void flushed_crash_keeps() throws IOException {
    disk.write(1000, 3000, 1, Flags.NONE);
    disk.next.flush();
    assertEquals(0, disk.filter.medium("").unflushed());
    assertEquals(0, crash().unflushed());
    assertArrayEquals(filled(3000, 1), disk.below(1000, 3000));
  }

  @Test
  void flushedByAnotherClient_crash_keeps() throws IOException {
    disk.write(0, 512, 1, Flags.NONE);
    Next other = disk.open("");
    assertArrayEquals(filled(512, 1), Disk.read(other, 0, 512));
    other.flush();
    crash();
    assertArrayEquals(filled(512, 1), disk.below(0, 512));
  }

  @Test
  void fua_crash_keepsThatWriteAlone() throws IOException {
    disk.write(0, 512, 1, Flags.NONE);
    disk.write(512, 512, 2, Disk.FUA);
    disk.write(1024, 512, 3, Flags.NONE);
    assertEquals(2, crash().lost());
    assertArrayEquals(new byte[512], disk.below(0, 512));
    assertArrayEquals(filled(512, 2), disk.below(512, 512));
    assertArrayEquals(new byte[512], disk.below(1024, 512));
  }

  @Test
  void fuaOverAnOlderWrite_flush_doesNotBringTheOlderBack() throws IOException {
    disk.write(0, 3000, 1, Flags.NONE);
    disk.write(1000, 1000, 2, Disk.FUA);
    disk.next.flush();
    byte[] expected = filled(3000, 1);
    Arrays.fill(expected, 1000, 2000, (byte) 2);
    assertArrayEquals(expected, disk.read(0, 3000));
    assertArrayEquals(expected, disk.below(0, 3000));
  }

  @Test
  void fuaOverAllOfAnOlderWrite_crash_hasNothingToLose() throws IOException {
    disk.write(1000, 10, 1, Flags.NONE);
    disk.write(0, 3000, 2, Disk.FUA);
    assertEquals(0, crash().unflushed());
  }

  @Test
  void zeroAndTrimWithFua_crash_keepsThem() throws IOException {
    disk.write(0, 8192, 1, Disk.FUA);
    disk.next.zero(0, 4096, Disk.FUA);
    disk.next.trim(4096, 4096, Disk.FUA);
    assertEquals(0, crash().unflushed());
    assertArrayEquals(new byte[8192], disk.below(0, 8192));
  }

  @Test
  void zeroAndTrimNotFlushed_crash_loses() throws IOException {
    disk.write(0, 12288, 1, Disk.FUA);
    disk.next.zero(0, 4096, Flags.NONE);
    disk.next.zero(4096, 4096, Flags.of(Flag.MAY_TRIM));
    disk.next.trim(8192, 4096, Flags.NONE);
    assertArrayEquals(new byte[8192], disk.read(0, 8192));
    assertEquals(3, crash().lost());
    assertArrayEquals(filled(12288, 1), disk.below(0, 12288));
  }

  @Test
  void zeroAndTrimFlushed_below_areDoneInTheirOrder() throws IOException {
    disk.write(0, 4096, 1, Flags.NONE);
    disk.next.trim(0, 4096, Flags.NONE);
    disk.write(512, 512, 2, Flags.NONE);
    disk.next.zero(512, 256, Flags.NONE);
    disk.next.flush();
    byte[] expected = new byte[4096];
    Arrays.fill(expected, 768, 1024, (byte) 2);
    assertArrayEquals(expected, disk.below(0, 4096));
  }

  @Test
  void crashed_everyOperation_failsAndNothingReachesTheDisk() throws IOException {
    crash();
    for (IoAction action :
        List.<IoAction>of(
            () -> disk.read(0, 512),
            () -> disk.write(0, 512, 1, Flags.NONE),
            () -> disk.write(0, 512, 1, Disk.FUA),
            () -> disk.next.zero(0, 512, Flags.NONE),
            () -> disk.next.trim(0, 512, Disk.FUA),
            () -> disk.extents(0, 512, Flags.NONE),
            disk.next::flush,
            () -> disk.open(""))) {
      NbdException failure = assertThrows(NbdException.class, action::run);
      assertEquals(NbdError.ESHUTDOWN, failure.error());
    }
    disk.close();
    assertArrayEquals(new byte[512], disk.below(0, 512));
  }

  /** Something that may fail. */
  @FunctionalInterface
  private interface IoAction {
    void run() throws IOException;
  }

  @Test
  void stoppedWithoutACrash_unflushedWrites_areOnTheDisk() throws IOException {
    AtomicBoolean flushed = new AtomicBoolean();
    ReferencePlugin plugin =
        new ReferencePlugin(new ReferenceDevice(SIZE))
            .withHook(operation -> flushed.compareAndSet(false, operation.equals("flush")));
    Disk stopping = new Disk(plugin, 1 << 30);
    stopping.write(0, 512, 1, Flags.NONE);
    stopping.close();
    assertArrayEquals(filled(512, 1), stopping.below(0, 512));
    assertTrue(flushed.get());
  }

  @Test
  void someSurvive_sameSeed_sameOnes() throws IOException {
    Crash[] crashes = new Crash[2];
    byte[][] left = new byte[2][];
    for (int i = 0; i < 2; i++) {
      try (Disk other = new Disk(SIZE)) {
        for (int write = 0; write < 64; write++) {
          other.write(write * 1000L, 1000, write + 1, Flags.NONE);
        }
        crashes[i] = other.filter.crash(Loss.SOME, 5);
        left[i] = other.below(0, 64_000);
      }
    }
    assertEquals(crashes[0], crashes[1]);
    assertArrayEquals(left[0], left[1]);
    int whole = 0;
    for (int write = 0; write < 64; write++) {
      byte[] piece = Arrays.copyOfRange(left[0], write * 1000, (write + 1) * 1000);
      boolean kept = Arrays.equals(filled(1000, write + 1), piece);
      whole += kept ? 1 : 0;
      assertTrue(kept || Arrays.equals(new byte[1000], piece), "write " + write);
    }
    assertEquals(whole, crashes[0].kept());
    assertEquals(0, crashes[0].torn());
    assertTrue(whole > 16 && whole < 48, crashes[0]::toString);
  }

  @Test
  void torn_write_survivesInSectors() throws IOException {
    disk.write(100, 64 * 512, 1, Flags.NONE);
    Crash crash = disk.filter.crash(Loss.TORN, 3);
    assertEquals(new Crash(Loss.TORN, 3, 1, 0, 1), crash);
    assertEquals(0, crash.lost());
    byte[] left = disk.below(0, 66 * 512);
    int kept = 0;
    for (int sector = 0; sector < 65; sector++) {
      int from = Math.max(100, sector * 512);
      int to = Math.min(100 + 64 * 512, (sector + 1) * 512);
      byte[] piece = Arrays.copyOfRange(left, from, to);
      boolean whole = Arrays.equals(filled(to - from, 1), piece);
      assertTrue(whole || Arrays.equals(new byte[to - from], piece), "sector " + sector);
      kept += whole ? 1 : 0;
    }
    assertTrue(kept > 16 && kept < 48, kept + " sectors");
  }

  @Test
  void tornZeroOfAnyLength_survivesFromItsStart() throws IOException {
    disk.write(0, SIZE, 1, Disk.FUA);
    disk.next.zero(100, SIZE - 100, Flags.of(Flag.MAY_TRIM));
    disk.filter.crash(Loss.TORN, 3);
    byte[] left = disk.below(0, SIZE);
    int end = 100;
    while (end < SIZE && left[end] == 0) {
      end++;
    }
    assertTrue(end > 100 && end < SIZE && end % 512 == 0, "zeroes end at " + end);
    assertArrayEquals(filled(SIZE - end, 1), Arrays.copyOfRange(left, end, SIZE));
    assertArrayEquals(filled(100, 1), Arrays.copyOf(left, 100));
  }

  @Test
  void unflushed_extents_areOfBoth() throws IOException {
    disk.write(0, 4096, 1, Disk.FUA);
    disk.write(8192, 4096, 1, Flags.NONE);
    disk.next.zero(12288, 4096, Flags.NONE);
    disk.next.zero(16384, 4096, Flags.of(Flag.MAY_TRIM));
    disk.next.trim(0, 4096, Flags.NONE);
    assertEquals(
        List.of(
            new Extent(0, 4096, ExtentType.DATA),
            new Extent(4096, 4096, ExtentType.HOLE_ZERO),
            new Extent(8192, 4096, ExtentType.DATA),
            new Extent(12288, 4096, ExtentType.ZERO),
            new Extent(16384, 4608, ExtentType.HOLE_ZERO)),
        disk.extents(0, 20992, Flags.NONE));
    assertEquals(
        List.of(new Extent(9000, 3288, ExtentType.DATA)),
        disk.extents(9000, 20000, Flags.of(Flag.REQ_ONE)));
  }

  @Test
  void exports_areKeptApart() throws IOException {
    Next other = disk.open("other");
    disk.write(0, 512, 1, Flags.NONE);
    other.flush();
    assertEquals(1, disk.filter.medium("").unflushed());
    assertEquals(1, crash().lost());
  }

  @Test
  void flushFailsBelow_writes_areKeptForTheNext() throws IOException {
    AtomicBoolean failing = new AtomicBoolean(true);
    ReferencePlugin plugin =
        new ReferencePlugin(new ReferenceDevice(SIZE))
            .withHook(operation -> {
              if (operation.equals("flush") && failing.get()) {
                throw new NbdException(NbdError.EIO, "the device below fails");
              }
            });
    try (Disk failed = new Disk(plugin, 1 << 30)) {
      failed.write(0, 512, 1, Flags.NONE);
      assertThrows(NbdException.class, failed.next::flush);
      assertEquals(1, failed.filter.medium("").unflushed());
      failing.set(false);
      failed.next.flush();
      assertEquals(0, failed.filter.medium("").unflushed());
    }
  }

  @Test
  void deviceThatCannotFlush_writes_areDurable() throws IOException {
    ReferencePlugin plugin =
        new ReferencePlugin(new ReferenceDevice(SIZE)).without(Feature.FLUSH, Feature.FUA);
    try (Disk other = new Disk(plugin, 1 << 30)) {
      assertFalse(other.next.canFlush());
      other.write(0, 512, 1, Flags.NONE);
      assertArrayEquals(filled(512, 1), other.below(0, 512));
    }
  }

  @Test
  void moreThanTheLimit_write_isRefusedUntilAFlush() throws IOException {
    try (Disk small = new Disk(new ReferencePlugin(new ReferenceDevice(SIZE)), 1000)) {
      small.write(0, 600, 1, Flags.NONE);
      NbdException refusal =
          assertThrows(NbdException.class, () -> small.write(0, 600, 2, Flags.NONE));
      assertEquals(NbdError.ENOMEM, refusal.error());
      assertArrayEquals(filled(600, 1), small.read(0, 600));
      small.next.flush();
      small.write(0, 600, 2, Flags.NONE);
      small.write(0, 600, 3, Disk.FUA);
      small.write(0, 600, 4, Flags.NONE);
      assertArrayEquals(filled(600, 4), small.read(0, 600));
    }
  }

  @Test
  void fastZero_isRefusedWhereZeroesAreWritten() throws IOException {
    ReferencePlugin plugin = new ReferencePlugin(new ReferenceDevice(SIZE)).without(Feature.ZERO);
    try (Disk other = new Disk(plugin, 1 << 30)) {
      NbdException refusal =
          assertThrows(NbdException.class, () -> other.next.zero(0, 512, Flags.of(Flag.FAST_ZERO)));
      assertEquals(NbdError.ENOTSUP, refusal.error());
      other.next.zero(0, 512, Flags.NONE);
    }
    disk.next.zero(0, 512, Flags.of(Flag.FAST_ZERO));
  }
}
