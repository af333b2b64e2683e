package nbdj.runtime.chain;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** Gathers an answer in one direct buffer, for a caller that wants bytes and nothing else. */
final class BufferSink extends CountedSink {
  private final ByteBuffer target;

  /** Fill a direct buffer from its position to its limit. */
  BufferSink(ByteBuffer target) {
    this.target = target;
  }

  @Override
  public ByteBuffer buffer(int count) throws IOException {
    return reserve(count);
  }

  @Override
  public void bytes(ByteBuffer bytes) throws IOException {
    reserve(bytes.remaining()).put(bytes.duplicate());
  }

  @Override
  public void bytes(ByteBuffer bytes, Runnable release) throws IOException {
    try {
      bytes(bytes);
    } finally {
      release.run();
    }
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    ByteBuffer part = reserve(count);
    for (long at = position; part.hasRemaining(); ) {
      int read = channel.read(part, at);
      if (read < 0) {
        throw new EOFException("the file ends at %d, inside the answer".formatted(at));
      }
      at += read;
    }
  }

  @Override
  public void zeroes(long count) throws IOException {
    MemorySegment.ofBuffer(reserve(count)).fill((byte) 0);
  }

  private ByteBuffer reserve(long count) throws IOException {
    if (count < 0 || count > target.remaining()) {
      throw new NbdException(
          NbdError.EIO,
          "a piece of %d bytes where %d are missing (rule R-2)"
              .formatted(count, target.remaining()));
    }
    ByteBuffer part = target.slice(target.position(), (int) count);
    target.position(target.position() + (int) count);
    received += count;
    return part;
  }
}
