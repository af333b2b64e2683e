package nbdj.runtime.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of what is lent for a long answer. */
class LargeAnswerTests {
  private final List<String> events = new ArrayList<>();

  @Test
  void noBytesLentWithARelease_areNoPiece_andReleasedInTheEnd() throws IOException {
    LargeAnswer answer = new LargeAnswer(new Buffers(1 << 28, 1 << 27));
    answer.bytes(ByteBuffer.allocate(0), () -> events.add("end"));
    assertEquals(List.of(), answer.pieces());
    assertEquals(List.of(), events);
    answer.release();
    assertEquals(List.of("end"), events);
    answer.release();
    assertEquals(List.of("end"), events, "once");
  }
}
