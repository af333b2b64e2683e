package nbdj.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import nbdj.api.ReadSink;

/** Collects the pieces of a read. */
final class Answer implements ReadSink {
  private final List<ByteBuffer> pieces = new ArrayList<>();
  long lent;

  @Override
  public ByteBuffer buffer(int count) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(count + 6).slice(3, count);
    pieces.add(buffer.duplicate());
    return buffer;
  }

  @Override
  public void bytes(ByteBuffer bytes) {
    throw new AssertionError("a file has no memory");
  }

  @Override
  public void bytes(ByteBuffer bytes, Runnable release) {
    throw new AssertionError("a file has no memory");
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    lent += count;
    ByteBuffer buffer = ByteBuffer.allocate((int) count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new AssertionError("the file ends in the range lent");
      }
    }
    pieces.add(buffer.flip());
  }

  @Override
  public void zeroes(long count) {
    pieces.add(ByteBuffer.allocate((int) count));
  }

  byte[] content() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer piece : pieces) {
      byte[] content = new byte[piece.remaining()];
      piece.get(piece.position(), content);
      all.writeBytes(content);
    }
    return all.toByteArray();
  }
}
