package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** The payload of a request for block status, which names the contexts that are asked about. */
final class StatusPayload {
  /** Its length in bytes: that of the range, and the number of the one context there is. */
  static final int LENGTH = 12;

  private StatusPayload() {}

  /**
   * Receive the payload, and put the length in it into the request.
   *
   * @throws NbdException if it names a context that was not selected
   */
  static void receive(Request request, Input input) throws IOException {
    input.need(LENGTH);
    ByteBuffer bytes = input.bytes();
    request.takeLength(bytes.getLong());
    int context = bytes.getInt();
    if (context != MetaContexts.ALLOCATION_ID) {
      throw new NbdException(
          NbdError.EINVAL,
          "%s: the metadata context %s was not selected"
              .formatted(request, Integer.toUnsignedString(context)));
    }
  }
}
