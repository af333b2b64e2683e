package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** Writes the replies to requests that are not reads or block status. */
final class Replies {
  private final Outbox outbox;
  private final boolean structured;

  /** The size of the export in bytes. */
  private final long size;

  Replies(Outbox outbox, boolean structured, long size) {
    this.outbox = outbox;
    this.structured = structured;
    this.size = size;
  }

  /** Say that a request succeeded. The specification allows a simple reply in any case. */
  void done(Request request) throws IOException {
    simple(outbox.room(Wire.SIMPLE_HEADER), request, 0);
  }

  /** Say why a request failed, with the message where the client can take one. */
  void failed(Request request, Throwable failure) throws IOException {
    int error = number(request, NbdException.errorOf(failure));
    if (!structured) {
      simple(outbox.room(Wire.SIMPLE_HEADER), request, error);
      return;
    }
    byte[] text = Text.message(Text.of(failure));
    boolean endInside =
        request.type() == Wire.CMD_READ
            && request.offset() >= 0
            && request.offset() < size
            && request.count() > size - request.offset();
    int length = 6 + text.length + (endInside ? 8 : 0);
    ByteBuffer reply = outbox.room(Wire.CHUNK_HEADER + length);
    int type = endInside ? Wire.CHUNK_ERROR_OFFSET : Wire.CHUNK_ERROR;
    chunk(reply, request, type, Wire.CHUNK_DONE, length);
    reply.putInt(error).putShort((short) text.length).put(text);
    if (endInside) {
      reply.putLong(size);
    }
  }

  /** The specification keeps two errors for the requests that ask for them. */
  private static int number(Request request, NbdError error) {
    boolean kept =
        switch (error) {
          case ENOTSUP ->
              request.type() == Wire.CMD_WRITE_ZEROES && request.has(Wire.FLAG_FAST_ZERO);
          case EOVERFLOW -> request.type() == Wire.CMD_READ && request.has(Wire.FLAG_DF);
          case EPERM, EIO, ENOMEM, EINVAL, ENOSPC, ESHUTDOWN -> true;
        };
    return (kept ? error : NbdError.EINVAL).number();
  }

  static void simple(ByteBuffer reply, Request request, int error) {
    reply.putInt(Wire.SIMPLE_REPLY_MAGIC).putInt(error).putLong(request.cookie());
  }

  static void chunk(ByteBuffer reply, Request request, int type, int flags, int length) {
    reply
        .putInt(Wire.STRUCTURED_REPLY_MAGIC)
        .putShort((short) flags)
        .putShort((short) type)
        .putLong(request.cookie())
        .putInt(length);
  }
}
