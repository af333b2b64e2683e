package nbdj.memory;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import nbdj.api.ReadSink;

/** Collects the pieces of a read. What a buffer holds before it is filled is noise. */
final class Answer implements ReadSink {
  private final List<ByteBuffer> pieces = new ArrayList<>();
  private final Random noise = new Random(1);
  long zeroes;
  long lent;

  @Override
  public ByteBuffer buffer(int count) {
    byte[] content = new byte[count];
    noise.nextBytes(content);
    ByteBuffer buffer = ByteBuffer.allocateDirect(count + 6).put(3, content).slice(3, count);
    pieces.add(buffer.duplicate());
    return buffer;
  }

  @Override
  public void bytes(ByteBuffer bytes) {
    lent += bytes.remaining();
    pieces.add(bytes.duplicate());
  }

  @Override
  public void bytes(ByteBuffer bytes, Runnable release) {
    bytes(ByteBuffer.wrap(copy(bytes)));
    release.run();
  }

  @Override
  public void file(FileChannel channel, long position, long count) {
    throw new AssertionError("memory has no file");
  }

  @Override
  public void zeroes(long count) {
    zeroes += count;
    if (count <= 1 << 30) {
      pieces.add(ByteBuffer.allocate((int) count));
    }
  }

  byte[] content() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pieces.forEach(piece -> all.writeBytes(copy(piece)));
    return all.toByteArray();
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] content = new byte[buffer.remaining()];
    buffer.get(buffer.position(), content);
    return content;
  }
}
