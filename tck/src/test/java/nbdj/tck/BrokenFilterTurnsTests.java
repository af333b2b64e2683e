package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.ThreadModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters that work for the first of their handles only. */
class BrokenFilterTurnsTests {
  @ParameterizedTest
  @CsvSource({
    "SERIALIZE_CONNECTIONS, T-2",
    "SERIALIZE_ALL_REQUESTS, T-3",
    "SERIALIZE_REQUESTS, T-4",
    "PARALLEL, T-5"
  })
  void writesOfFurtherThreadsDropped_breakTheRuleOfTheModel(ThreadModel model, String rule) {
    Role.FILTER
        .judgeManner(() ->
            new Manner() {
              @Override
              ThreadModel threadModel(ThreadModel usual) {
                return model.compareTo(usual) < 0 ? model : usual;
              }

              @Override
              FilterHandle open(OpenRequest request) {
                return new OfItsThread();
              }
            })
        .breaks(rule)
        .saying("a part that one thread uses: the byte at");
  }

  /** A handle that cannot write if it was opened by one of several threads. */
  private static final class OfItsThread extends Faithful {
    private final boolean further = Thread.currentThread().getName().startsWith("tck-");

    @Override
    public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
      if (!further) {
        next.pwrite(buffer, offset, flags);
      }
    }
  }
}
