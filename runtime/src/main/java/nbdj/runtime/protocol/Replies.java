package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** Writes the replies to requests that are not reads or block status. */
final class Replies {
  private final Outbox outbox;
  private final Headers headers;

  /** The size of the export in bytes. */
  private final long size;

  Replies(Outbox outbox, Headers headers, long size) {
    this.outbox = outbox;
    this.headers = headers;
    this.size = size;
  }

  /** Say that a request succeeded, with a simple reply unless headers are extended. */
  void done(Request request) throws IOException {
    if (headers == Headers.EXTENDED) {
      ByteBuffer reply = outbox.room(Wire.EXTENDED_CHUNK_HEADER);
      chunk(reply, request, Wire.CHUNK_NONE, Wire.CHUNK_DONE, 0);
    } else {
      simple(outbox.room(Wire.SIMPLE_HEADER), request, 0);
    }
  }

  /** Say why a request failed, with the message where the client can take one. */
  void failed(Request request, Throwable failure) throws IOException {
    int error = number(request, NbdException.errorOf(failure));
    if (!headers.chunks()) {
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
    ByteBuffer reply = outbox.room(Wire.EXTENDED_CHUNK_HEADER + length);
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

  /** Begin a chunk. */
  static void chunk(ByteBuffer reply, Request request, int type, int flags, int length) {
    boolean extended = request.headers() == Headers.EXTENDED;
    reply
        .putInt(extended ? Wire.EXTENDED_REPLY_MAGIC : Wire.STRUCTURED_REPLY_MAGIC)
        .putShort((short) flags)
        .putShort((short) type)
        .putLong(request.cookie());
    if (extended) {
      reply.putLong(request.offset()).putLong(length);
    } else {
      reply.putInt(length);
    }
  }

  /** Write the length of a chunk that was begun at a position, and ends at the buffer's. */
  static void endChunk(ByteBuffer reply, Request request, int begin) {
    if (request.headers() == Headers.EXTENDED) {
      reply.putLong(begin + 24, reply.position() - begin - Wire.EXTENDED_CHUNK_HEADER);
    } else {
      reply.putInt(begin + 16, reply.position() - begin - Wire.CHUNK_HEADER);
    }
  }
}
