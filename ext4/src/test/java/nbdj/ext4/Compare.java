package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** Compares files inside an image with files outside. */
final class Compare {

  /** Bytes of a large file that are compared at either end. */
  private static final int WINDOW = 4 << 20;

  private Compare() {}

  /**
   * Check that both have the same length and bytes; of a very large file, around its beginning and
   * its end.
   */
  static void assertSame(Path expected, Ext4File actual) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(expected.toFile(), "r")) {
      assertEquals(file.length(), actual.size(), expected.toString());
      if (file.length() <= 2 * WINDOW) {
        assertSame(file, actual, 0, (int) file.length(), expected);
      } else {
        assertSame(file, actual, 0, WINDOW, expected);
        assertSame(file, actual, file.length() - WINDOW, WINDOW, expected);
      }
    }
  }

  private static void assertSame(
      RandomAccessFile expected, Ext4File actual, long offset, int length, Path name)
      throws IOException {
    byte[] wanted = new byte[length];
    expected.seek(offset);
    expected.readFully(wanted);
    byte[] found = read(actual, offset, length);
    int at = Arrays.mismatch(wanted, found);
    if (at >= 0) {
      fail("%s differs at byte %d".formatted(name, offset + at));
    }
  }

  static byte[] readAll(Ext4File file) throws IOException {
    return read(file, 0, Math.toIntExact(file.size()));
  }

  static byte[] read(Ext4File file, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    file.read(buffer, offset);
    assertEquals(0, buffer.remaining());
    return buffer.array();
  }
}
