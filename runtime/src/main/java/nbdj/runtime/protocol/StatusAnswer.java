package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/**
 * What one metadata context says of a range, one chunk of the reply; reused from request to request
 * by one thread.
 */
final class StatusAnswer implements ExtentSink, MetaSink {
  /**
   * The longest descriptor in bytes: the largest multiple of 64 KiB, so that what the client asks
   * for next is aligned.
   */
  private static final long LONGEST = 0xffff_0000L;

  /** More than the headers of a reply. */
  private static final int HEADERS = 64;

  private static final int DESCRIPTOR = 8;
  private static final int EXTENDED_DESCRIPTOR = 16;

  /** How many descriptors there are at most; the client asks again for the rest. */
  private final int most;

  private long[] lengths = new long[16];
  private long[] states = new long[16];
  private int count;

  /** How many descriptors are sent. */
  private int descriptors;

  StatusAnswer(int most) {
    this.most = most;
  }

  void begin() {
    count = 0;
  }

  @Override
  public void add(long offset, long length, ExtentType type) {
    add(offset, length, type.allocationFlags());
  }

  @Override
  public void add(long offset, long length, long status) {
    if (length <= 0) {
      return;
    }
    if (count > 0 && states[count - 1] == status) {
      lengths[count - 1] += length;
      return;
    }
    if (count > most) {
      return;
    }
    if (count == lengths.length) {
      lengths = Arrays.copyOf(lengths, count * 2);
      states = Arrays.copyOf(states, count * 2);
    }
    lengths[count] = length;
    states[count++] = status;
  }

  /**
   * Decide what is sent.
   *
   * @param room how many bytes the chunk may take
   * @throws NbdException if there is nothing that can be
   */
  void end(Request request, MetaContext context, int room) throws NbdException {
    if (count == 0) {
      throw new NbdException(
          NbdError.EIO, "%s: %s was answered with no extent".formatted(request, context.name()));
    }
    boolean extended = request.headers() == Headers.EXTENDED;
    int fit = (room - HEADERS) / (extended ? EXTENDED_DESCRIPTOR : DESCRIPTOR);
    descriptors = request.has(Wire.FLAG_REQ_ONE) ? 1 : Math.min(count, Math.min(most, fit));
    if (extended) {
      return;
    }
    for (int i = 0; i < descriptors; i++) {
      if (states[i] >>> 32 != 0) {
        throw new NbdException(
            NbdError.EINVAL,
            "%s: the status 0x%x of %s needs extended headers"
                .formatted(request, states[i], context.name()));
      }
      if (lengths[i] > LONGEST) {
        lengths[i] = LONGEST;
        descriptors = i + 1;
      }
    }
  }

  /**
   * Write the chunk, once it was {@linkplain #end ended}.
   *
   * @param flags of the chunk
   */
  void write(Request request, MetaContext context, int flags, Outbox outbox) throws IOException {
    if (request.headers() == Headers.EXTENDED) {
      writeExtended(request, context, flags, outbox);
      return;
    }
    int length = 4 + DESCRIPTOR * descriptors;
    ByteBuffer reply = outbox.room(Wire.CHUNK_HEADER + length);
    Replies.chunk(reply, request, Wire.CHUNK_BLOCK_STATUS, flags, length);
    reply.putInt(context.id());
    for (int i = 0; i < descriptors; i++) {
      reply.putInt((int) lengths[i]).putInt((int) states[i]);
    }
  }

  private void writeExtended(Request request, MetaContext context, int flags, Outbox outbox)
      throws IOException {
    int length = 8 + EXTENDED_DESCRIPTOR * descriptors;
    ByteBuffer reply = outbox.room(Wire.EXTENDED_CHUNK_HEADER + length);
    Replies.chunk(reply, request, Wire.CHUNK_BLOCK_STATUS_EXT, flags, length);
    reply.putInt(context.id()).putInt(descriptors);
    for (int i = 0; i < descriptors; i++) {
      reply.putLong(lengths[i]).putLong(states[i]);
    }
  }
}
