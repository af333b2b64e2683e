package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** The answer to one block status request, reused from request to request by one thread. */
final class StatusAnswer implements ExtentSink {
  /** How many descriptors one reply has at most; the client asks again for the rest. */
  private static final int MOST = 8 << 10;

  /**
   * The longest descriptor in bytes: the largest multiple of 64 KiB, so that what the client asks
   * for next is aligned.
   */
  private static final long LONGEST = 0xffff_0000L;

  /** More than the headers of a reply. */
  private static final int HEADERS = 64;

  private static final int DESCRIPTOR = 8;
  private static final int EXTENDED_DESCRIPTOR = 16;

  private long[] lengths = new long[16];
  private int[] types = new int[16];
  private int count;

  void begin() {
    count = 0;
  }

  @Override
  public void add(long offset, long length, ExtentType type) {
    if (length <= 0) {
      return;
    }
    int flags = type.allocationFlags();
    if (count > 0 && types[count - 1] == flags) {
      lengths[count - 1] += length;
      return;
    }
    if (count > MOST) {
      return;
    }
    if (count == lengths.length) {
      lengths = Arrays.copyOf(lengths, count * 2);
      types = Arrays.copyOf(types, count * 2);
    }
    lengths[count] = length;
    types[count++] = flags;
  }

  /** Write the reply. */
  void finish(Request request, Outbox outbox) throws IOException {
    if (count == 0) {
      throw new NbdException(NbdError.EIO, "block status was answered with no extent");
    }
    int descriptors = request.has(Wire.FLAG_REQ_ONE) ? 1 : Math.min(count, MOST);
    if (request.headers() == Headers.EXTENDED) {
      finishExtended(request, outbox, descriptors);
    } else {
      finish(request, outbox, descriptors);
    }
  }

  private void finishExtended(Request request, Outbox outbox, int most) throws IOException {
    int descriptors = Math.min(most, (outbox.capacity() - HEADERS) / EXTENDED_DESCRIPTOR);
    int length = 8 + EXTENDED_DESCRIPTOR * descriptors;
    ByteBuffer reply = outbox.room(Wire.EXTENDED_CHUNK_HEADER + length);
    Replies.chunk(reply, request, Wire.CHUNK_BLOCK_STATUS_EXT, Wire.CHUNK_DONE, length);
    reply.putInt(MetaContexts.ALLOCATION_ID).putInt(descriptors);
    for (int i = 0; i < descriptors; i++) {
      reply.putLong(lengths[i]).putLong(types[i]);
    }
  }

  private void finish(Request request, Outbox outbox, int most) throws IOException {
    int descriptors = Math.min(most, (outbox.capacity() - HEADERS) / DESCRIPTOR);
    for (int i = 0; i < descriptors; i++) {
      if (lengths[i] > LONGEST) {
        lengths[i] = LONGEST;
        descriptors = i + 1;
      }
    }
    int length = 4 + DESCRIPTOR * descriptors;
    ByteBuffer reply = outbox.room(Wire.CHUNK_HEADER + length);
    Replies.chunk(reply, request, Wire.CHUNK_BLOCK_STATUS, Wire.CHUNK_DONE, length);
    reply.putInt(MetaContexts.ALLOCATION_ID);
    for (int i = 0; i < descriptors; i++) {
      reply.putInt((int) lengths[i]).putInt(types[i]);
    }
  }
}
