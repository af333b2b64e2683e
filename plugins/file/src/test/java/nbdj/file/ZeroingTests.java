package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.InOrder;

/** The ladder over a control that supports what each test lets it. */
final class ZeroingTests {
  private static final Flags MAY_TRIM = Flags.of(Flag.MAY_TRIM);

  private final FileControl control = mock(FileControl.class);
  private final OpenFile file;
  private final Zeroing zeroing;

  ZeroingTests(@TempDir Path folder) throws IOException {
    file = OpenFile.open(Files.createFile(folder.resolve("disk")), false, Fakes.of(control));
    zeroing = new Zeroing(file, 1);
  }

  @BeforeEach
  void nothingWorks() throws IOException {
    when(control.punch(anyLong(), anyLong())).thenReturn(false);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    verify(control).close();
  }

  @Test
  void nothingSupported_triesEachWayOnceAndChangesNothing() throws IOException {
    assertFalse(zeroing.zero(0, 10, MAY_TRIM));
    assertFalse(zeroing.zero(0, 10, MAY_TRIM));
    assertFalse(zeroing.zero(0, 10, Flags.of(Flag.FAST_ZERO)));
    zeroing.trim(0, 10);
    verify(control, times(1)).punch(0, 10);
    verify(control, times(1)).zeroRange(0, 10);
    verify(control, never()).allocate(anyLong(), anyLong());
    verify(control, never()).zeroSectors(anyLong(), anyLong());
  }

  @Test
  void mayTrim_punches() throws IOException {
    when(control.punch(3, 4)).thenReturn(true);
    assertTrue(zeroing.zero(3, 4, MAY_TRIM));
    verify(control).punch(3, 4);
    verifyNoMoreInteractions(control);
  }

  @Test
  void withoutMayTrim_zeroesTheRange() throws IOException {
    when(control.zeroRange(3, 4)).thenReturn(true);
    assertTrue(zeroing.zero(3, 4, Flags.NONE));
    verify(control).zeroRange(3, 4);
    verifyNoMoreInteractions(control);
  }

  @Test
  void withoutZeroRange_punchesAndAllocates() throws IOException {
    when(control.punch(3, 4)).thenReturn(true);
    when(control.allocate(3, 4)).thenReturn(true);
    assertTrue(zeroing.zero(3, 4, Flags.of(Flag.FAST_ZERO)));
    InOrder order = inOrder(control);
    order.verify(control).zeroRange(3, 4);
    order.verify(control).allocate(3, 4);
    order.verify(control).punch(3, 4);
    order.verify(control).allocate(3, 4);
    order.verifyNoMoreInteractions();
  }

  @Test
  void withoutAllocation_doesNotPunch() throws IOException {
    when(control.punch(3, 4)).thenReturn(true);
    assertFalse(zeroing.zero(3, 4, Flags.NONE));
    verify(control, never()).punch(anyLong(), anyLong());
  }

  @Test
  void failure_isNotTakenForMissingSupport() throws IOException {
    NbdException full = new NbdException(NbdError.ENOSPC, "full");
    when(control.zeroRange(0, 1)).thenThrow(full).thenReturn(true);
    assertEquals(full, assertThrows(NbdException.class, () -> zeroing.zero(0, 1, Flags.NONE)));
    assertTrue(zeroing.zero(0, 1, Flags.NONE));
    when(control.punch(0, 1)).thenThrow(full);
    assertThrows(NbdException.class, () -> zeroing.trim(0, 1));
  }

  @Test
  void rangeOfPartialSectors_isNotZeroedAndTrimmedInside() throws IOException {
    Zeroing sectors = new Zeroing(file, 512);
    assertFalse(sectors.zero(1, 511, MAY_TRIM));
    assertFalse(sectors.zero(0, 513, MAY_TRIM));
    sectors.trim(10, 600);
    verifyNoMoreInteractions(control);
    when(control.punch(512, 1024)).thenReturn(true);
    sectors.trim(10, 1600);
    verify(control).punch(512, 1024);
  }
}
