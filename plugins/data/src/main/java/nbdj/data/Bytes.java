package nbdj.data;

import java.io.IOException;

/** Bytes in memory. */
final class Bytes implements Content {
  private final byte[] bytes;

  /**
   * Take bytes.
   *
   * @param bytes not changed any more
   */
  Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public void put(long from, long to, long offset, Target target) throws IOException {
    if (from < to) {
      target.write(offset, bytes, (int) from, (int) to);
    }
  }
}
