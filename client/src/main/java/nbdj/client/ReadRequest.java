package nbdj.client;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A read, whose reply fills a buffer in pieces of any order. */
final class ReadRequest extends Request {
  private static final byte[] ZEROES = new byte[64 << 10];

  private final ByteBuffer target;
  private final Coverage coverage = new Coverage();
  private int contentChunks;

  /**
   * Make a read.
   *
   * @param target what to fill, all of it
   */
  ReadRequest(int flags, long offset, ByteBuffer target) {
    super(Command.READ, flags, offset, target.remaining());
    this.target = target.slice();
  }

  @Override
  void simple(Input input) throws IOException {
    input.into(target.duplicate());
    coverage.add(0, count);
  }

  @Override
  boolean needsStructured() {
    return true;
  }

  @Override
  void chunk(int type, long length, Input input) throws IOException {
    switch (type) {
      case Protocol.CHUNK_OFFSET_DATA -> {
        if (length < 9) {
          throw violation("a data chunk of %d bytes, which has no data".formatted(length));
        }
        input.into(part(input.int64(), length - 8));
      }
      case Protocol.CHUNK_OFFSET_HOLE -> {
        if (length != 12) {
          throw violation("a hole chunk of %d bytes instead of 12".formatted(length));
        }
        clear(part(input.int64(), input.unsigned32()));
      }
      default -> super.chunk(type, length, input);
    }
  }

  /** Get the part of the target that a chunk fills. */
  private ByteBuffer part(long chunkOffset, long chunkCount) throws NbdProtocolException {
    if (chunkCount == 0) {
      throw violation("a hole of no bytes");
    }
    if (++contentChunks > 1 && has(CommandFlag.DONT_FRAGMENT)) {
      throw violation("more than one piece though NBD_CMD_FLAG_DF was given");
    }
    long at = chunkOffset - offset;
    if (chunkOffset < offset || at > count || chunkCount > count - at) {
      throw violation(
          "%d bytes at %s, which are not all inside the range asked for"
              .formatted(chunkCount, Long.toUnsignedString(chunkOffset)));
    }
    if (!coverage.add(at, chunkCount)) {
      throw violation(
          "%d bytes at %d, some of which it had sent already".formatted(chunkCount, chunkOffset));
    }
    return target.slice((int) at, (int) chunkCount);
  }

  private static void clear(ByteBuffer part) {
    while (part.hasRemaining()) {
      part.put(ZEROES, 0, Math.min(ZEROES.length, part.remaining()));
    }
  }

  @Override
  void checkWhole() throws NbdProtocolException {
    if (coverage.total() < count) {
      throw violation(
          "success, but left out %d bytes, the first of them at %d"
              .formatted(count - coverage.total(), offset + coverage.firstMissing()));
    }
  }
}
