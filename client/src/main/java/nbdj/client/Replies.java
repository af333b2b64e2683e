package nbdj.client;

import java.io.IOException;

/** Takes replies apart. Used by the connection's thread alone. */
final class Replies {
  /** Finds the requests under way. */
  interface Pending {
    /** Get a request, and fail if none has this cookie. */
    Request get(long cookie) throws NbdProtocolException;

    /** Forget a request. */
    void remove(long cookie);
  }

  /** The longest error chunk that is accepted, in bytes. */
  private static final int MAX_ERROR = 64 << 10;

  private final Input input;
  private final Headers headers;
  private final Pending pending;

  Replies(Input input, Headers headers, Pending pending) {
    this.input = input;
    this.headers = headers;
    this.pending = pending;
  }

  /** Take one simple reply or one chunk. */
  void take() throws IOException {
    int magic = input.int32();
    if (headers == Headers.EXTENDED) {
      if (magic != Protocol.EXTENDED_REPLY_MAGIC) {
        throw new NbdProtocolException(
            "the server sent 0x%08x where an extended reply begins".formatted(magic));
      }
      chunk();
    } else if (magic == Protocol.SIMPLE_REPLY_MAGIC) {
      simple();
    } else if (magic == Protocol.STRUCTURED_REPLY_MAGIC) {
      chunk();
    } else {
      throw new NbdProtocolException(
          "the server sent 0x%08x where a reply begins".formatted(magic));
    }
  }

  private void simple() throws IOException {
    int error = input.int32();
    long cookie = input.int64();
    Request request = pending.get(cookie);
    if (headers == Headers.STRUCTURED && request.needsStructured()) {
      throw request.violation("a simple reply, though structured replies were agreed on");
    }
    if (error != 0) {
      request.fail(error, "");
    } else {
      request.simple(input);
    }
    end(cookie, request);
  }

  private void chunk() throws IOException {
    int flags = input.int16();
    int type = input.int16() & 0xffff;
    long cookie = input.int64();
    boolean extended = headers == Headers.EXTENDED;
    long offset = extended ? input.int64() : 0;
    long length = extended ? input.int64() : input.unsigned32();
    Request request = pending.get(cookie);
    if (extended && offset != request.offset) {
      throw request.violation(
          "a chunk for the offset " + Long.toUnsignedString(offset) + " instead of its own");
    }
    if (length < 0) {
      throw request.violation("a chunk of %s bytes".formatted(Long.toUnsignedString(length)));
    }
    if (headers == Headers.SIMPLE) {
      throw request.violation("a structured reply, though none were agreed on");
    }
    boolean done = (flags & Protocol.CHUNK_DONE) != 0;
    if ((type & Protocol.CHUNK_IS_ERROR) != 0) {
      error(request, type, length);
    } else if (type != Protocol.CHUNK_NONE) {
      request.chunk(type, length, input);
    } else if (length != 0) {
      throw request.violation("a chunk NBD_REPLY_TYPE_NONE of %d bytes".formatted(length));
    } else if (!done) {
      throw request.violation("a chunk NBD_REPLY_TYPE_NONE that is not the last");
    }
    if (done) {
      end(cookie, request);
    }
  }

  private void error(Request request, int type, long length) throws IOException {
    int fixed = type == Protocol.CHUNK_ERROR_OFFSET ? 14 : 6;
    if (length < fixed || length > MAX_ERROR) {
      throw request.violation(
          "a chunk %s of %d bytes, which cannot be".formatted(Protocol.chunk(type), length));
    }
    int number = input.int32();
    int textLength = input.int16() & 0xffff;
    if (number == 0) {
      throw request.violation("an error chunk whose error is 0");
    }
    if (textLength > length - fixed || textLength > Protocol.MAX_STRING) {
      throw request.violation(
          "an error chunk of %d bytes with a text of %d".formatted(length, textLength));
    }
    String text = Text.message(input.bytes(textLength));
    if (type == Protocol.CHUNK_ERROR_OFFSET) {
      errorOffset(request, input.int64());
    }
    input.skip(length - fixed - textLength);
    request.fail(number, text);
  }

  private static void errorOffset(Request request, long offset) throws NbdProtocolException {
    if (Long.compareUnsigned(offset, request.offset) < 0
        || Long.compareUnsigned(offset - request.offset, request.count) >= 0) {
      throw request.violation(
          "an error at %s, which is outside its range".formatted(Long.toUnsignedString(offset)));
    }
  }

  private void end(long cookie, Request request) throws NbdProtocolException {
    request.check();
    pending.remove(cookie);
    request.complete();
  }
}
