package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/**
 * The answer to a long read: pieces that are sent from where they are, once the layer has given
 * them all.
 */
final class LargeAnswer extends Answer {
  /** The shortest range of a file that is sent without reading it, in bytes. */
  private static final int LEAST_FILE = 32 << 10;

  /** How many pieces an answer may have; a layer that gives more is not sending what it has. */
  private static final int MOST_PIECES = 1 << 17;

  private final Buffers buffers;
  private final List<Piece> pieces = new ArrayList<>();

  /** What else is to be done when the answer has been sent or dropped. */
  private final List<Runnable> ends = new ArrayList<>();

  LargeAnswer(Buffers buffers) {
    this.buffers = buffers;
  }

  /** Get the pieces, in order. */
  List<Piece> pieces() {
    return pieces;
  }

  /** Forget the pieces, and tell whom they belong to. */
  void release() {
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Memory memory && memory.release() != null) {
        memory.release().run();
      }
    }
    pieces.clear();
    ends.forEach(Runnable::run);
    ends.clear();
  }

  @Override
  public ByteBuffer buffer(int count) throws IOException {
    checkBuffer(count);
    count(Source.BUFFER, count);
    Loan loan = buffers.lend(count);
    add(new Piece.Memory(loan.bytes().slice(0, count), loan::close));
    return loan.bytes().slice(0, count);
  }

  @Override
  public void bytes(ByteBuffer bytes) throws IOException {
    count(Source.MEMORY, bytes.remaining());
    if (bytes.hasRemaining()) {
      add(new Piece.Memory(bytes.slice(), null));
    }
  }

  @Override
  public void bytes(ByteBuffer bytes, Runnable release) throws IOException {
    if (!bytes.hasRemaining()) {
      // No piece, which would be a chunk without data.
      ends.add(release);
      return;
    }
    // First in the list, so that it is released whatever happens next.
    add(new Piece.Memory(bytes.slice(), release));
    count(Source.MEMORY, bytes.remaining());
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    if (count < LEAST_FILE) {
      if (count > 0) {
        load(channel, position, buffer((int) count));
      }
      return;
    }
    count(Source.FILE, count);
    // What can fail after a header is sent is looked at before it is.
    if (position < 0 || channel.size() - position < count) {
      throw ended(position + count);
    }
    add(new Piece.File(channel, position, count));
  }

  @Override
  public void zeroes(long count) throws IOException {
    boolean hole = isHole(count);
    count(hole ? Source.HOLE : Source.BUFFER, count);
    if (count > 0) {
      add(new Piece.Zeroes(count, hole));
    }
  }

  private void add(Piece piece) throws NbdException {
    pieces.add(piece);
    if (pieces.size() > MOST_PIECES) {
      throw new NbdException(
          NbdError.EIO, "a read was answered with more than " + MOST_PIECES + " pieces");
    }
  }
}
