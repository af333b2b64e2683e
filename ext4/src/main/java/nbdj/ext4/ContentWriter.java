package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes a buffer to the runs of a range in which {@link RunCheck} has found nothing but data. */
final class ContentWriter implements RunVisitor {

  private final BlockDevice device;
  private final ByteBuffer src;
  private final boolean fua;

  ContentWriter(BlockDevice device, ByteBuffer src, boolean fua) {
    this.device = device;
    this.src = src;
    this.fua = fua;
  }

  @Override
  public void device(long deviceOffset, long length) throws IOException {
    int limit = src.limit();
    src.limit(src.position() + (int) length);
    try {
      write(device, src, deviceOffset, fua);
    } finally {
      src.limit(limit);
    }
  }

  /** Write all of a buffer to one run. */
  static void write(BlockDevice device, ByteBuffer src, long deviceOffset, boolean fua)
      throws IOException {
    device.write(src, deviceOffset, fua);
    if (src.hasRemaining()) {
      throw new IOException("device write ended %d bytes early".formatted(src.remaining()));
    }
  }

  @Override
  public void zeroes(long length, boolean hole) throws Ext4Exception {
    throw changed();
  }

  @Override
  public void bytes(ByteBuffer content) throws Ext4Exception {
    throw changed();
  }

  /** A damaged map can lead to itself, so that the write that it let pass has changed it. */
  private static Ext4Exception changed() {
    return Ext4Exception.corrupt("file's map changed under a write: run e2fsck");
  }
}
