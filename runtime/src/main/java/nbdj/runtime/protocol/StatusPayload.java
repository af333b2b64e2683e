package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** The payload of a request for block status, which names the contexts that are asked about. */
final class StatusPayload {
  /** The length of the length of the range, in bytes. */
  private static final int RANGE = 8;

  /** The length of the number of a context, in bytes. */
  private static final int ID = 4;

  private StatusPayload() {}

  /**
   * Tell whether a payload may have a length: that of the range, and of the number of at least one
   * context and of each at most once.
   */
  static boolean mayBe(long length, int contexts) {
    return length >= RANGE + ID && length <= RANGE + ID * contexts && (length - RANGE) % ID == 0;
  }

  /**
   * Receive the payload, and put what it asks for into the request.
   *
   * @param selected what may be asked about
   * @throws NbdException if it names a context that was not selected, or one twice
   */
  static void receive(Request request, List<MetaContext> selected, Input input) throws IOException {
    int length = (int) request.payload();
    input.need(length);
    // Taken before it is looked at: whatever is wrong with it, the stream stays in step.
    int start = input.bytes().position();
    input.bytes().position(start + length);
    ByteBuffer bytes = input.bytes().slice(start, length);
    request.takeLength(bytes.getLong());
    boolean[] asked = new boolean[selected.size()];
    while (bytes.hasRemaining()) {
      int id = bytes.getInt();
      int at = indexOf(selected, id);
      if (at < 0 || asked[at]) {
        throw new NbdException(
            NbdError.EINVAL,
            "%s: the metadata context %s was %s"
                .formatted(
                    request,
                    Integer.toUnsignedString(id),
                    at < 0 ? "not selected" : "asked for twice"));
      }
      asked[at] = true;
    }
    request.askFor(asked);
  }

  private static int indexOf(List<MetaContext> selected, int id) {
    for (int i = 0; i < selected.size(); i++) {
      if (selected.get(i).id() == id) {
        return i;
      }
    }
    return -1;
  }
}
