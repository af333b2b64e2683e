package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import nbdj.api.NbdException;
import nbdj.api.ReadSink;

/**
 * Counts what a layer answers into a sink of the layer above.
 *
 * <p>What that sink throws is a fault of its own layer, not of the one that answers.
 */
final class ForeignSink extends CountedSink {
  private final ReadSink target;
  private final Faults targetFaults;
  private final Faults layerFaults;
  private final long count;

  /**
   * Count an answer.
   *
   * @param count how many bytes were asked for
   * @param targetFaults of the layer that the target belongs to
   * @param layerFaults of the layer that answers
   */
  ForeignSink(ReadSink target, long count, Faults targetFaults, Faults layerFaults) {
    this.target = target;
    this.count = count;
    this.targetFaults = targetFaults;
    this.layerFaults = layerFaults;
  }

  @Override
  public ByteBuffer buffer(int count) throws IOException {
    take(count);
    try {
      return target.buffer(count);
    } catch (Throwable t) {
      throw blame(t);
    }
  }

  @Override
  public void bytes(ByteBuffer bytes) throws IOException {
    take(bytes.remaining());
    try {
      target.bytes(bytes);
    } catch (Throwable t) {
      throw blame(t);
    }
  }

  @Override
  public void bytes(ByteBuffer bytes, Runnable release) throws IOException {
    try {
      take(bytes.remaining());
    } catch (NbdException e) {
      release.run();
      throw e;
    }
    try {
      target.bytes(bytes, release);
    } catch (Throwable t) {
      throw blame(t);
    }
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    take(count);
    try {
      target.file(channel, position, count);
    } catch (Throwable t) {
      throw blame(t);
    }
  }

  @Override
  public void zeroes(long count) throws IOException {
    take(count);
    try {
      target.zeroes(count);
    } catch (Throwable t) {
      throw blame(t);
    }
  }

  private void take(long piece) throws NbdException {
    if (piece < 0 || piece > count - received) {
      throw layerFaults.violation(
          "R-2",
          "read answered a piece of %d bytes where %d were missing"
              .formatted(piece, count - received));
    }
    received += piece;
  }

  private NbdException blame(Throwable thrown) {
    return targetFaults.contain("the sink of a read", thrown);
  }
}
