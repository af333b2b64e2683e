package nbdj.runtime.protocol;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** A piece of the answer to a long read. */
sealed interface Piece {
  /** Get how many bytes it stands for. */
  long count();

  /** Memory, from position to limit, and what to do when it has been sent or dropped. */
  record Memory(ByteBuffer bytes, @Nullable Runnable release) implements Piece {
    @Override
    public long count() {
      return bytes.remaining();
    }
  }

  /** A range of a file. */
  record File(FileChannel channel, long position, long count) implements Piece {}

  /** Zeroes, sent as a hole or as bytes. */
  record Zeroes(long count, boolean hole) implements Piece {}
}
