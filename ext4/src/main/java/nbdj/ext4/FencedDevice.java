package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A device that somebody else may take over: once the gate is closed nothing reaches it any more,
 * not even what was on its way. Safe for use by several threads.
 */
final class FencedDevice implements BlockDevice {

  private final BlockDevice below;
  private final WriteGate gate;

  FencedDevice(BlockDevice below, WriteGate gate) {
    this.below = below;
    this.gate = gate;
  }

  @Override
  public long size() {
    return below.size();
  }

  @Override
  public boolean readOnly() {
    return below.readOnly();
  }

  @Override
  public void read(ByteBuffer dst, long offset) throws IOException {
    below.read(dst, offset);
  }

  @Override
  public void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    gate.check();
    below.write(src, offset, fua);
  }

  @Override
  public void zero(long offset, long length, boolean fua) throws IOException {
    gate.check();
    below.zero(offset, length, fua);
  }

  @Override
  public void discard(long offset, long length) throws IOException {
    gate.check();
    below.discard(offset, length);
  }

  @Override
  public void flush() throws IOException {
    gate.check();
    below.flush();
  }
}
