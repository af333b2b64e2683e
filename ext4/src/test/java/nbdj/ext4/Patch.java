package nbdj.ext4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Changes fields of an image in memory. */
final class Patch {

  private final ByteBuffer image;

  Patch(byte[] image) {
    this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Return the image itself. */
  byte[] bytes() {
    return image.array();
  }

  int get16(long at) {
    return image.getShort((int) at) & 0xFFFF;
  }

  int get32(long at) {
    return image.getInt((int) at);
  }

  Patch set8(long at, int value) {
    image.put((int) at, (byte) value);
    return this;
  }

  Patch set16(long at, int value) {
    image.putShort((int) at, (short) value);
    return this;
  }

  Patch set32(long at, int value) {
    image.putInt((int) at, value);
    return this;
  }

  Patch set64(long at, long value) {
    image.putLong((int) at, value);
    return this;
  }
}
