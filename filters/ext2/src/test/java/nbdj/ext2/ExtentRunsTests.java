package nbdj.ext2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExtentRunsTests {
  @Test
  void runsApartBelow_extents_areJoinedWhereTheyTouch() throws IOException {
    List<String> extents = new ArrayList<>();
    ExtentRuns runs =
        new ExtentRuns(
            100, (offset, length, type) -> extents.add("%d+%d %s".formatted(offset, length, type)));

    runs.device(7000, 10);
    runs.device(9000, 20);
    runs.zeroes(5, true);
    runs.zeroes(6, true);
    runs.zeroes(7, false);
    runs.bytes(ByteBuffer.allocate(3));
    runs.device(1, 4);
    runs.finish();
    runs.finish();

    assertEquals(List.of("100+30 DATA", "130+11 HOLE_ZERO", "141+7 ZERO", "148+7 DATA"), extents);
  }

  @Test
  void noRun_extents_areNone() throws IOException {
    List<Long> extents = new ArrayList<>();
    new ExtentRuns(0, (offset, length, type) -> extents.add(offset)).finish();
    assertEquals(List.of(), extents);
  }
}
