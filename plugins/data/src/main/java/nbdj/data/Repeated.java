package nbdj.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import nbdj.api.ConfigException;

/** Other content, several times. */
final class Repeated implements Content {
  /** Less is put together first, so that a repeated byte is not put byte by byte. */
  private static final int SMALL = 32 << 10;

  private final Content content;
  private final long once;
  private final long size;

  private Repeated(Content content, long once, long size) {
    this.content = content;
    this.once = once;
    this.size = size;
  }

  /**
   * Repeat content.
   *
   * @throws ConfigException if that is more than a disk can hold
   */
  static Content of(Content content, long times) throws IOException {
    long once = content.size();
    long size;
    try {
      size = Math.multiplyExact(once, times);
    } catch (ArithmeticException e) {
      throw new ConfigException(
          "%d bytes, %d times, are more than a disk holds".formatted(once, times), e);
    }
    if (size == 0) {
      return new Bytes(new byte[0]);
    }
    if (once > SMALL / 2 || times == 1) {
      return new Repeated(content, once, size);
    }
    int together = (int) Math.min(times, SMALL / once);
    byte[] unit = bytes(content, (int) once);
    ByteArrayOutputStream units = new ByteArrayOutputStream();
    for (int i = 0; i < together; i++) {
      units.writeBytes(unit);
    }
    return new Repeated(new Bytes(units.toByteArray()), once * together, size);
  }

  private static byte[] bytes(Content content, int size) throws IOException {
    byte[] all = new byte[size];
    content.put(
        0,
        size,
        0,
        new Target() {
          @Override
          public void write(long offset, byte[] bytes, int from, int to) {
            System.arraycopy(bytes, from, all, (int) offset, to - from);
          }

          @Override
          public void zero(long offset, long count) {
            Arrays.fill(all, (int) offset, (int) (offset + count), (byte) 0);
          }
        });
    return all;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void put(long from, long to, long offset, Target target) throws IOException {
    for (long at = from; at < to; ) {
      long inside = at % once;
      long count = Math.min(once - inside, to - at);
      content.put(inside, inside + count, offset + at - from, target);
      at += count;
    }
  }
}
