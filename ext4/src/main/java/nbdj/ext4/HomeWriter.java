package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;

/** Writes blocks to their own places, neighbours together. */
final class HomeWriter {

  /** Most bytes that are written at once, unless one block is larger. */
  private static final int MOST = 1 << 20;

  private final BlockDevice device;
  private final int blockBits;

  HomeWriter(BlockDevice device, int blockBits) {
    this.device = device;
    this.blockBits = blockBits;
  }

  /** Write blocks, which are not durable before the next flush. */
  void write(SortedMap<Long, byte[]> blocks) throws IOException {
    int most = Math.max(1, MOST >>> blockBits);
    ByteBuffer run = ByteBuffer.allocate(Math.min(most, blocks.size()) << blockBits);
    long start = -1;
    for (Map.Entry<Long, byte[]> entry : blocks.entrySet()) {
      long here = start + (run.position() >>> blockBits);
      if (entry.getKey() != here || !run.hasRemaining()) {
        write(run, start);
        start = entry.getKey();
      }
      run.put(entry.getValue());
    }
    write(run, start);
  }

  private void write(ByteBuffer run, long start) throws IOException {
    if (run.position() > 0) {
      device.write(run.flip(), start << blockBits, false);
    }
    run.clear();
  }
}
