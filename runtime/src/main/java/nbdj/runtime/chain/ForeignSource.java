package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import nbdj.api.NbdException;
import nbdj.api.WriteSource;

/**
 * Counts what a layer takes from a source of the layer above.
 *
 * <p>What that source throws is a fault of its own layer, not of the one that takes.
 */
final class ForeignSource extends CountedSource {
  private final WriteSource source;
  private final Faults sourceFaults;
  private final Faults layerFaults;
  private final long count;

  /**
   * Count what is taken.
   *
   * @param count how many bytes are to be written
   * @param sourceFaults of the layer that the source belongs to
   * @param layerFaults of the layer that takes
   */
  ForeignSource(WriteSource source, long count, Faults sourceFaults, Faults layerFaults) {
    this.source = source;
    this.count = count;
    this.sourceFaults = sourceFaults;
    this.layerFaults = layerFaults;
  }

  @Override
  public void bytes(ByteBuffer target) throws IOException {
    take(target.remaining());
    int end = target.limit();
    try {
      source.bytes(target);
    } catch (Throwable t) {
      throw blame(t);
    }
    if (target.position() != end) {
      throw sourceFaults.violation(
          "S-1", "a source left its buffer at %d instead of %d".formatted(target.position(), end));
    }
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    take(count);
    try {
      source.file(channel, position, count);
    } catch (Throwable t) {
      throw blame(t);
    }
  }

  @Override
  public ByteBuffer buffer(int count) throws IOException {
    take(count);
    ByteBuffer bytes;
    try {
      bytes = source.buffer(count);
    } catch (Throwable t) {
      throw blame(t);
    }
    if (bytes == null || bytes.remaining() != count) {
      throw sourceFaults.violation("S-1", "a source gave no buffer of %d bytes".formatted(count));
    }
    return bytes.isReadOnly() ? bytes : bytes.asReadOnlyBuffer();
  }

  private void take(long piece) throws NbdException {
    if (piece < 0 || piece > count - taken) {
      throw layerFaults.violation(
          "S-1",
          "write took a piece of %d bytes where %d were left".formatted(piece, count - taken));
    }
    taken += piece;
  }

  private NbdException blame(Throwable thrown) {
    return sourceFaults.contain("the source of a write", thrown);
  }
}
