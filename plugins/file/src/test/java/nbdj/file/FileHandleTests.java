package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import nbdj.api.BlockSize;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.PluginHandle;
import nbdj.api.Support;
import nbdj.file.Served.Extent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class FileHandleTests {
  private static final int WINDOW = 400_000;

  private final List<Path> made = new ArrayList<>();

  /** Every folder, controlled by the system's calls and without them. */
  static Stream<Arguments> ways() {
    return Places.folders()
        .flatMap(folder ->
            Stream.of(SystemControls.values())
                .flatMap(controls ->
                    Stream.of("default", "none")
                        .map(cache -> Arguments.of(folder, controls, cache))));
  }

  static Stream<Path> folders() {
    return Places.folders();
  }

  @AfterEach
  void delete() throws IOException {
    for (Path file : made) {
      Files.deleteIfExists(file);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void randomOperations_agreeWithAnArray(Path folder, SystemControls controls, String cache)
      throws IOException {
    long seed = Long.getLong("nbdj.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    // No page cache holds a file of 2^63 bytes; 2^43 is within the limits of common file systems.
    for (long base : new long[] {0, (1L << 43) + 12345}) {
      Path file = file(folder, base + WINDOW);
      byte[] model = new byte[WINDOW];
      try (Served served = Served.of(file, controls, "cache", cache)) {
        for (int step = 0; step < 300; step++) {
          step(random, served, base, model);
        }
        check(served, base, model, 0, WINDOW);
        served.handle.flush();
      }
      assertEquals(base + WINDOW, Files.size(file));
    }
  }

  private static void step(Random random, Served served, long base, byte[] model)
      throws IOException {
    int at = random.nextInt(WINDOW);
    int count = 1 + random.nextInt(Math.min(WINDOW - at, 1 << random.nextInt(18)));
    if (random.nextBoolean()) {
      at = at / 4096 * 4096;
      count = Math.min(WINDOW - at, (count + 4095) / 4096 * 4096);
    }
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, model, at, count);
        served.write(base + at, bytes);
      }
      case 2 -> {
        Arrays.fill(model, at, at + count, (byte) 0);
        served.zero(base + at, count);
      }
      case 3 -> {
        Arrays.fill(model, at, at + count, (byte) 0);
        served.punch(base + at, count);
      }
      case 4 -> {
        if (served.handle.canTrim()) {
          served.handle.trim(base + at, count, Flags.NONE);
          // What a trimmed range reads as is not said.
          System.arraycopy(served.read(base + at, count), 0, model, at, count);
        }
      }
      case 5 -> {
        if (served.handle.canCache() == Support.NATIVE) {
          served.handle.cache(base + at, count);
        }
      }
      default -> check(served, base, model, at, count);
    }
  }

  private static void check(Served served, long base, byte[] model, int at, int count)
      throws IOException {
    assertArrayEquals(Arrays.copyOfRange(model, at, at + count), served.read(base + at, count));
    for (Extent extent : served.extents(base + at, count)) {
      if (extent.type().readsAsZeroes()) {
        int from = (int) (extent.offset() - base);
        int to = from + (int) extent.length();
        assertArrayEquals(new byte[to - from], Arrays.copyOfRange(model, from, to));
      }
    }
  }

  @Test
  void nativeHandle_offersEverything() throws IOException {
    assumeTrue(SystemControls.ofThisSystem().isNative(), "no native calls on this system");
    try (Served served = Served.of(file(4097))) {
      PluginHandle handle = served.handle;
      assertEquals(4097, handle.size());
      assertTrue(handle.canWrite() && handle.canFlush() && handle.canTrim() && handle.canZero());
      assertTrue(handle.canFastZero() && handle.canExtents() && handle.canMultiConn());
      assertEquals(Support.NATIVE, handle.canFua());
      assertEquals(Support.NATIVE, handle.canCache());
      assertFalse(handle.isRotational());
      assertEquals(BlockSize.UNKNOWN, handle.blockSize());
    }
  }

  @Test
  void portableHandle_leavesToTheServerWhatItCannotDo() throws IOException {
    try (Served served = Served.of(file(100_000), SystemControls.PORTABLE)) {
      PluginHandle handle = served.handle;
      assertFalse(handle.canTrim() || handle.canZero() || handle.canExtents());
      assertEquals(Support.EMULATE, handle.canCache());
      assertEquals(Support.NATIVE, handle.canFua());
      assertTrue(handle.canMultiConn() && handle.canFlush() && handle.canWrite());
    }
  }

  @Test
  void read_ofLargeRanges_lendsTheFile_andCopiesSmallOnes() throws IOException {
    Path file = file(100_000);
    try (Served served = Served.of(file);
        Served evicting = Served.of(file, SystemControls.ofThisSystem(), "cache", "none")) {
      assertEquals(50_000, lent(served, 50_000));
      assertEquals(32 << 10, lent(served, 32 << 10));
      assertEquals(0, lent(served, (32 << 10) - 1));
      assertEquals(0, lent(evicting, 50_000));
    }
  }

  private static long lent(Served served, int count) throws IOException {
    Answer answer = new Answer();
    served.handle.read(3, count, answer);
    assertEquals(count, answer.content().length);
    return answer.lent;
  }

  @Test
  void fileThatShrank_failsTheReadBeforeAnythingIsLent() throws IOException {
    Path file = file(100_000);
    try (Served served = Served.of(file)) {
      try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
        shorter.setLength(50_000);
      }
      Answer answer = new Answer();
      NbdException large =
          assertThrows(NbdException.class, () -> served.handle.read(10_000, 60_000, answer));
      assertEquals(0, answer.lent);
      assertEquals(NbdError.EIO, large.error());
      NbdException small =
          assertThrows(
              NbdException.class, () -> served.handle.pread(ByteBuffer.allocateDirect(10), 49_995));
      assertEquals(
          "cannot read %s: the file is smaller than it was when it was opened".formatted(file),
          small.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void extents_followTrimAndZero(Path folder) throws IOException {
    assumeTrue(Places.knowsHoles(folder), folder + " is on a file system without holes");
    long mib = 1 << 20;
    try (Served served = Served.of(file(folder, 8 * mib))) {
      assertEquals(List.of(new Extent(0, 8 * mib, ExtentType.HOLE_ZERO)), all(served));
      served.fill(mib, 4 << 20, 7);
      served.handle.trim(2 * mib, mib, Flags.NONE);
      served.handle.zero(4 * mib, mib / 2, Flags.of(Flag.MAY_TRIM, Flag.FAST_ZERO, Flag.FUA));
      List<Extent> expected =
          List.of(
              new Extent(0, mib, ExtentType.HOLE_ZERO),
              new Extent(mib, mib, ExtentType.DATA),
              new Extent(2 * mib, mib, ExtentType.HOLE_ZERO),
              new Extent(3 * mib, mib, ExtentType.DATA),
              new Extent(4 * mib, mib / 2, ExtentType.HOLE_ZERO),
              new Extent(4 * mib + mib / 2, mib / 2, ExtentType.DATA),
              new Extent(5 * mib, 3 * mib, ExtentType.HOLE_ZERO));
      assertEquals(expected, all(served));
      List<Extent> first = new ArrayList<>();
      served.handle.extents(
          mib + 5, 3 * mib, Flags.of(Flag.REQ_ONE), (o, l, t) -> first.add(new Extent(o, l, t)));
      assertEquals(List.of(new Extent(mib + 5, mib - 5, ExtentType.DATA)), first);
    }
  }

  private static List<Extent> all(Served served) throws IOException {
    return served.extents(0, served.handle.size());
  }

  @ParameterizedTest
  @MethodSource("folders")
  void zeroWithoutMayTrim_keepsTheRangeAllocated(Path folder) throws IOException {
    assumeTrue(Places.knowsHoles(folder), folder + " is on a file system without holes");
    Path file = file(folder, 4 << 20);
    try (Served served = Served.of(file)) {
      served.fill(0, 4 << 20, 7);
      served.handle.flush();
      served.handle.zero(0, 4 << 20, Flags.of(Flag.FAST_ZERO));
      // Before it is read: what is in the page cache is data to a search.
      if (isMapped(file)) {
        assertEquals(List.of(new Extent(0, 4 << 20, ExtentType.ZERO)), all(served));
      }
      assertArrayEquals(new byte[4 << 20], served.read(0, 4 << 20));
      assertTrue(blocks(file) >= 4 << 20, "allocated " + blocks(file));
      served.handle.zero(0, 4 << 20, Flags.of(Flag.FAST_ZERO, Flag.MAY_TRIM));
      assertEquals(0, blocks(file));
    }
  }

  /** Tell whether the file system maps space that is allocated and not written; tmpfs does not. */
  private static boolean isMapped(Path file) throws IOException {
    try {
      return Places.run("stat", "-f", "-c", "%T", file.toString()).matches("ext.*|xfs|btrfs");
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static long blocks(Path file) throws IOException {
    try {
      return 512 * Long.parseLong(Places.run("stat", "-c", "%b", file.toString()));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Nothing must be punched into a file that took the place of the one that is served. */
  @Test
  void fileReplacedAfterOpen_isNotTouched() throws IOException {
    assumeTrue(SystemControls.ofThisSystem().isNative(), "no native calls on this system");
    Path file = file(1 << 20);
    Path other = file(1 << 20);
    byte[] bytes = new byte[1 << 20];
    Arrays.fill(bytes, (byte) 5);
    Files.write(other, bytes);
    try (Served served = Served.of(file)) {
      served.fill(0, 1 << 20, 6);
      Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      served.handle.trim(0, 1 << 20, Flags.NONE);
      NbdException e =
          assertThrows(
              NbdException.class, () -> served.handle.zero(0, 1 << 20, Flags.of(Flag.MAY_TRIM)));
      assertEquals(NbdError.ENOTSUP, e.error());
      assertArrayEquals(bytes, Files.readAllBytes(file));
      assertEquals(6, served.read(77, 1)[0]);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void twoHandles_seeEachOthersWrites(Path folder, SystemControls controls, String cache)
      throws IOException {
    Path file = file(folder, 200_000);
    try (Served one = Served.of(file, controls, "cache", cache, "fadvise", "random");
        Served two = Served.of(file, controls, "cache", cache, "fadvise", "sequential")) {
      one.fill(1000, 100_000, 3);
      assertEquals(3, two.read(100_999, 1)[0]);
      two.handle.pwrite(ByteBuffer.wrap(new byte[] {9}), 5, Flags.of(Flag.FUA));
      assertEquals(9, one.read(5, 1)[0]);
    }
    assertEquals(3, Files.readAllBytes(file)[1000]);
  }

  private Path file(long size) throws IOException {
    return file(Path.of(System.getProperty("java.io.tmpdir")), size);
  }

  private Path file(Path folder, long size) throws IOException {
    Path file = Places.sparseFile(folder, size);
    made.add(file);
    return file;
  }
}
