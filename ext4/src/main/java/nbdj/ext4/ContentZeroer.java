package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Zeroes the runs of a range in their places; all else in it reads as zeroes already, since none of
 * it is in the inode.
 */
final class ContentZeroer implements RunVisitor {

  private final BlockDevice device;
  private final boolean fua;

  ContentZeroer(BlockDevice device, boolean fua) {
    this.device = device;
    this.fua = fua;
  }

  @Override
  public void device(long deviceOffset, long length) throws IOException {
    device.zero(deviceOffset, length, fua);
  }

  @Override
  public void zeroes(long length, boolean hole) {}

  @Override
  public void bytes(ByteBuffer content) {}
}
