package nbdj.tck;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import nbdj.runtime.chain.CountedSink;

/** The answer to a read, kept as it was given until its bytes are asked for. */
final class Answer extends CountedSink {
  /** A piece of an answer. */
  @FunctionalInterface
  private interface Piece {
    void putInto(ByteBuffer bytes) throws IOException;
  }

  private final List<Piece> pieces = new ArrayList<>();
  private final List<Runnable> releases = new ArrayList<>();

  @Override
  public ByteBuffer buffer(int count) {
    received += count;
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    pieces.add(bytes -> bytes.put(buffer.duplicate().clear()));
    return buffer;
  }

  @Override
  public void bytes(ByteBuffer lent) {
    received += lent.remaining();
    pieces.add(bytes -> bytes.put(lent.duplicate()));
  }

  @Override
  public void bytes(ByteBuffer lent, Runnable release) {
    bytes(lent);
    releases.add(release);
  }

  @Override
  public void file(FileChannel channel, long position, long count) {
    received += count;
    pieces.add(bytes -> copy(channel, position, bytes.slice(bytes.position(), (int) count), bytes));
  }

  @Override
  public void zeroes(long count) {
    received += count;
    pieces.add(bytes -> bytes.put(new byte[(int) count]));
  }

  /** Get the bytes as they would be sent now, and give back what was lent. */
  byte[] bytes() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) received);
    try {
      for (Piece piece : pieces) {
        piece.putInto(bytes);
      }
    } finally {
      releases.forEach(Runnable::run);
      releases.clear();
    }
    return bytes.array();
  }

  private static void copy(FileChannel channel, long position, ByteBuffer part, ByteBuffer whole)
      throws IOException {
    while (part.hasRemaining()) {
      if (channel.read(part, position + part.position()) < 0) {
        throw new EOFException("the file lent for an answer ends before the answer does");
      }
    }
    whole.position(whole.position() + part.limit());
  }
}
