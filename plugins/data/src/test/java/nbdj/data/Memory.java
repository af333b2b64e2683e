package nbdj.data;

import java.util.Arrays;

/** An array as a disk. */
final class Memory implements Content.Target {
  private final byte[] bytes;

  Memory(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public void write(long offset, byte[] source, int from, int to) {
    System.arraycopy(source, from, bytes, (int) offset, to - from);
  }

  @Override
  public void zero(long offset, long count) {
    Arrays.fill(bytes, (int) offset, (int) (offset + count), (byte) 0);
  }
}
