package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.file.Served.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExtentsTests {
  private static final long SIZE = 10_000;

  @TempDir Path folder;
  private final FileControl control = mock(FileControl.class);

  @Test
  void searchNotSupported_isAllDataAndNotTriedAgain() throws IOException {
    when(control.nextData(anyLong())).thenReturn(FileControl.UNSUPPORTED);
    try (Served served = served()) {
      List<Extent> data = List.of(new Extent(7, 100, ExtentType.DATA));
      assertEquals(data, served.extents(7, 100));
      assertEquals(data, served.extents(7, 100));
      verify(control, times(1)).nextData(anyLong());
    }
  }

  @Test
  void noMoreData_isAHoleToTheEnd() throws IOException {
    when(control.nextData(anyLong())).thenReturn(FileControl.NONE);
    try (Served served = served()) {
      assertEquals(List.of(new Extent(7, 100, ExtentType.HOLE_ZERO)), served.extents(7, 100));
    }
  }

  @Test
  void allocatedSpaceInAHole_isToldAsZeroes() throws IOException {
    when(control.nextData(anyLong())).thenReturn(FileControl.NONE);
    when(control.nextAllocated(7, 107)).thenReturn(new FileControl.Space(17, 27));
    when(control.nextAllocated(17, 107)).thenReturn(new FileControl.Space(17, 27));
    when(control.nextAllocated(27, 107)).thenReturn(new FileControl.Space(27, 37));
    try (Served served = served()) {
      assertEquals(
          List.of(
              new Extent(7, 10, ExtentType.HOLE_ZERO),
              new Extent(17, 20, ExtentType.ZERO),
              new Extent(37, 70, ExtentType.HOLE_ZERO)),
          served.extents(7, 100));
    }
  }

  @Test
  void dataThatVanishesBetweenTwoSearches_makesProgress() throws IOException {
    when(control.nextData(10L)).thenReturn(10L);
    when(control.nextHole(10L)).thenReturn(10L);
    when(control.nextData(11L)).thenReturn(2000L);
    try (Served served = served()) {
      assertEquals(
          List.of(new Extent(10, 1, ExtentType.DATA), new Extent(11, 89, ExtentType.HOLE_ZERO)),
          served.extents(10, 90));
    }
  }

  @Test
  void fragmentedFile_isToldInParts() throws IOException {
    when(control.nextData(anyLong())).thenAnswer(call -> (long) call.getArgument(0) | 1);
    when(control.nextHole(anyLong())).thenAnswer(call -> (long) call.getArgument(0) + 1);
    try (Served served = served()) {
      long[] told = {0};
      served.handle.extents(0, SIZE, Flags.NONE, (o, l, t) -> told[0] += l);
      assertTrue(told[0] > 0 && told[0] < SIZE, "told " + told[0]);
      assertEquals(SIZE, served.extents(0, SIZE).size());
    }
  }

  private Served served() throws IOException {
    return Served.of(Places.sparseFile(folder, SIZE), Fakes.of(control));
  }
}
