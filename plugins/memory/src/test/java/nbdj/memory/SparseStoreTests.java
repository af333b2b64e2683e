package nbdj.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.memory.Disk.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SparseStoreTests {
  private static final int PAGE = Disk.PAGE;
  private static final long LEAF = (long) PAGE * PageTree.FANOUT;
  private static final long LAST = Long.MAX_VALUE / PAGE * PAGE;

  /** What a page was before the operation. */
  enum State {
    NEVER_WRITTEN,
    PARTLY_WRITTEN,
    WRITTEN,
    ZEROED,
    TRIMMED,
    REWRITTEN
  }

  /** What is done to a part of the page. */
  enum Operation {
    WRITE,
    WRITE_ZEROES,
    ZERO,
    PUNCH,
    TRIM
  }

  static Stream<Arguments> matrix() {
    List<Arguments> all = new ArrayList<>();
    for (long base : new long[] {0, 7 * PAGE, LEAF - PAGE, LEAF * 8192 - PAGE, LAST - 2 * PAGE}) {
      for (State state : State.values()) {
        for (Operation operation : Operation.values()) {
          all.add(Arguments.of(base, state, operation));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void operation_onEveryState_changesItsRangeOnly(long base, State state, Operation operation)
      throws IOException {
    int[][] ranges = {
      {0, PAGE},
      {0, 1},
      {PAGE - 1, 1},
      {PAGE - 1, 2},
      {1, PAGE - 1},
      {0, 2 * PAGE},
      {513, PAGE},
      {PAGE, PAGE},
      {100, 2 * PAGE - 150}
    };
    try (Disk disk = Disk.of(Long.MAX_VALUE)) {
      for (int[] range : ranges) {
        disk.punch(base, 2 * PAGE);
        byte[] model = new byte[2 * PAGE];
        enter(state, disk, base, model);
        apply(operation, disk, base, model, range[0], range[1]);
        assertArrayEquals(model, disk.read(base, model.length), Arrays.toString(range));
        for (Extent extent : disk.extents(base, model.length)) {
          if (extent.type().readsAsZeroes()) {
            int from = (int) (extent.offset() - base);
            int to = from + (int) extent.length();
            assertArrayEquals(
                new byte[to - from], Arrays.copyOfRange(model, from, to), extent.toString());
          }
        }
      }
    }
  }

  private static void enter(State state, Disk disk, long base, byte[] model) throws IOException {
    switch (state) {
      case NEVER_WRITTEN -> {}
      case PARTLY_WRITTEN -> apply(Operation.WRITE, disk, base, model, 77, 1000);
      case WRITTEN -> apply(Operation.WRITE, disk, base, model, 0, model.length);
      case ZEROED -> {
        enter(State.WRITTEN, disk, base, model);
        apply(Operation.ZERO, disk, base, model, 0, model.length);
      }
      case TRIMMED -> {
        enter(State.WRITTEN, disk, base, model);
        apply(Operation.TRIM, disk, base, model, 0, model.length);
      }
      case REWRITTEN -> {
        enter(State.TRIMMED, disk, base, model);
        apply(Operation.WRITE, disk, base, model, PAGE - 100, 200);
      }
    }
  }

  private static void apply(
      Operation operation, Disk disk, long base, byte[] model, int at, int count)
      throws IOException {
    int value = operation == Operation.WRITE ? at % 100 + 1 : 0;
    Arrays.fill(model, at, at + count, (byte) value);
    switch (operation) {
      case WRITE, WRITE_ZEROES -> disk.fill(base + at, count, value);
      case ZERO -> disk.zero(base + at, count);
      case PUNCH -> disk.punch(base + at, count);
      case TRIM -> disk.handle.trim(base + at, count, Flags.NONE);
    }
  }

  @Test
  void read_ofHoles_answersZeroesWithoutBuffers() throws IOException {
    try (Disk disk = Disk.of(Long.MAX_VALUE)) {
      Answer answer = new Answer();
      disk.handle.read(0, Long.MAX_VALUE, answer);
      assertEquals(Long.MAX_VALUE, answer.zeroes);
      disk.fill(3 * PAGE + 5, 10, 1);
      answer = new Answer();
      disk.handle.read(100, 6 * PAGE, answer);
      assertEquals(5 * PAGE, answer.zeroes);
      assertEquals(6 * PAGE, answer.content().length);
    }
  }

  @Test
  void lastByteOfTheLargestDisk_worksInEveryOperation() throws IOException {
    long last = Long.MAX_VALUE - 1;
    try (Disk disk = Disk.of(Long.MAX_VALUE)) {
      disk.fill(last, 1, 5);
      assertArrayEquals(new byte[] {0, 5}, disk.read(last - 1, 2));
      assertEquals(
          List.of(
              new Extent(0, LAST, ExtentType.HOLE_ZERO),
              new Extent(LAST, Long.MAX_VALUE - LAST, ExtentType.DATA)),
          disk.extents(0, Long.MAX_VALUE));
      disk.zero(last, 1);
      assertEquals(ExtentType.ZERO, disk.extents(last, 1).getFirst().type());
      disk.fill(last, 1, 6);
      disk.punch(0, Long.MAX_VALUE);
      assertEquals(
          List.of(new Extent(0, Long.MAX_VALUE, ExtentType.HOLE_ZERO)),
          disk.extents(0, Long.MAX_VALUE));
    }
  }

  @Test
  void extents_tellHolesZeroesAndData() throws IOException {
    try (Disk disk = Disk.of(100 * PAGE + 17)) {
      disk.fill(2 * PAGE + 7, PAGE, 1);
      disk.fill(10 * PAGE, 2 * PAGE, 0);
      disk.fill(100 * PAGE + 3, 1, 1);
      assertEquals(
          List.of(
              new Extent(5, 2 * PAGE - 5, ExtentType.HOLE_ZERO),
              new Extent(2 * PAGE, 2 * PAGE, ExtentType.DATA),
              new Extent(4 * PAGE, 6 * PAGE, ExtentType.HOLE_ZERO),
              new Extent(10 * PAGE, 2 * PAGE, ExtentType.ZERO),
              new Extent(12 * PAGE, 88 * PAGE, ExtentType.HOLE_ZERO),
              new Extent(100 * PAGE, 17, ExtentType.DATA)),
          disk.extents(5, 100 * PAGE + 12));
    }
  }

  @Test
  void extents_withReqOne_giveOne() throws IOException {
    try (Disk disk = Disk.of(1 << 20)) {
      disk.fill(2 * PAGE, 1, 1);
      List<Extent> extents = new ArrayList<>();
      disk.handle.extents(
          9, 500_000, Flags.of(Flag.REQ_ONE), (o, l, t) -> extents.add(new Extent(o, l, t)));
      assertEquals(List.of(new Extent(9, 2 * PAGE - 9, ExtentType.HOLE_ZERO)), extents);
    }
  }

  @Test
  void extents_ofManyPages_areBoundedPerCall() throws IOException {
    try (Disk disk = Disk.of(1L << 40)) {
      for (int page = 0; page < 9000; page++) {
        disk.fill((long) page * PAGE, 1, 1);
      }
      long[] told = {0};
      disk.handle.extents(0, 1L << 40, Flags.NONE, (o, l, t) -> told[0] += l);
      assertTrue(told[0] < 9000L * PAGE, "told " + told[0]);
      assertEquals(2, disk.extents(0, 1L << 40).size());
    }
  }

  @Test
  void zeroWithoutMayTrim_keepsPages_andWithItGivesThemBack() throws IOException {
    try (SparseStore store = new SparseStore(1L << 40, () -> AvailableMemory.UNKNOWN)) {
      store.write(ByteBuffer.wrap(ones(64 << 20)), 12345);
      long full = store.allocated();
      assertTrue(full >= 64 << 20, "allocated " + full);
      store.zero(0, 1L << 40, false);
      assertEquals(full, store.allocated());
      store.zero(0, 1L << 40, true);
      assertEquals((long) Slab.PAGES * PAGE, store.allocated(), "one slab is kept");
    }
  }

  @Test
  void partialZeroes_thatLeaveNothing_giveThePageBack() throws IOException {
    try (Disk disk = Disk.of(1 << 20)) {
      disk.fill(0, PAGE, 1);
      disk.punch(0, 20000);
      assertEquals(ExtentType.DATA, disk.extents(0, 1).getFirst().type());
      disk.punch(20000, PAGE - 20000);
      assertEquals(ExtentType.HOLE_ZERO, disk.extents(0, 1).getFirst().type());
    }
  }

  @Test
  void scatteredWritesAndTrims_leakNoNodes() throws IOException {
    try (SparseStore store = new SparseStore(Long.MAX_VALUE, () -> AvailableMemory.UNKNOWN)) {
      for (long round = 0; round < 3000; round++) {
        long offset = (round * 0x9E3779B97F4A7C15L) >>> 2;
        store.write(ByteBuffer.wrap(new byte[] {1}), offset);
        store.zero(offset / PAGE * PAGE, PAGE, true);
      }
      assertEquals((long) Slab.PAGES * PAGE, store.allocated());
    }
  }

  @Test
  void sizesAroundPagesAndLeaves_workToTheirEnd() throws IOException {
    for (long size : new long[] {1, PAGE - 1, PAGE, PAGE + 1, LEAF - 1, LEAF, LEAF + 1}) {
      try (Disk disk = Disk.of(size)) {
        disk.fill(size - 1, 1, 9);
        assertEquals(9, disk.read(size - 1, 1)[0]);
        disk.punch(0, size);
        assertEquals(0, disk.read(size - 1, 1)[0]);
        assertEquals(List.of(new Extent(0, size, ExtentType.HOLE_ZERO)), disk.extents(0, size));
      }
    }
  }

  private static byte[] ones(int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) 1);
    return bytes;
  }
}
