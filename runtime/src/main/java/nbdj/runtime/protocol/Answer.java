package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.runtime.chain.CountedSink;

/** An answer to one read, reused from read to read by one thread. */
abstract class Answer extends CountedSink {
  /** The shortest run of zeroes that is sent as a hole, in bytes. */
  static final int LEAST_HOLE = 512;

  /** How many bytes were asked for. */
  private long wanted;

  /** Whether zeroes may be sent as holes. */
  private boolean holes;

  /** How many bytes come from where. */
  private final long[] bytesFrom = new long[Source.ALL.size()];

  final void begin(Request request, boolean structured) {
    received = 0;
    Arrays.fill(bytesFrom, 0);
    wanted = request.count();
    holes = structured && !request.has(Wire.FLAG_DF);
  }

  /** Tell whether zeroes may be sent as a hole. */
  final boolean isHole(long count) {
    return holes && count >= LEAST_HOLE;
  }

  /** Count a piece, and refuse one that goes past what was asked for. */
  final void count(Source source, long bytes) throws NbdException {
    if (bytes < 0 || bytes > wanted - received) {
      throw new NbdException(
          NbdError.EIO,
          "a read of %d bytes was answered with %d and %d more".formatted(wanted, received, bytes));
    }
    received += bytes;
    bytesFrom[source.place] += bytes;
  }

  /** Get how many bytes of the answer come from somewhere. */
  final long bytesFrom(Source source) {
    return bytesFrom[source.place];
  }

  /** Refuse a buffer of no bytes. */
  static void checkBuffer(int count) throws NbdException {
    if (count < 1) {
      throw new NbdException(
          NbdError.EIO, "a read asked for a buffer of %d bytes".formatted(count));
    }
  }

  /** Check that the answer is whole. */
  final void checkWhole() throws NbdException {
    if (received != wanted) {
      throw new NbdException(
          NbdError.EIO, "a read of %d bytes was answered with %d".formatted(wanted, received));
    }
  }

  /** Fill a buffer from a file. */
  static void load(FileChannel channel, long position, ByteBuffer target) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int got = channel.read(target, at);
      if (got < 0) {
        throw ended(at);
      }
      at += got;
    }
  }

  static NbdException ended(long position) {
    return new NbdException(NbdError.EIO, "the file ends before byte " + position);
  }
}
