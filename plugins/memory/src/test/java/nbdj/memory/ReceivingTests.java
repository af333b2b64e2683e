package nbdj.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.WriteSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes whose bytes come while the pages that they go to are in use. */
final class ReceivingTests {
  private static final int PAGE = Disk.PAGE;

  /** Something that happens while a write waits for its bytes. */
  @FunctionalInterface
  private interface Meanwhile {
    void run() throws IOException;
  }

  /** Gives one value again and again; something else happens before each piece. */
  private static final class Slow implements WriteSource {
    private final int value;
    private final Meanwhile meanwhile;
    private int pieces;

    Slow(int value, Meanwhile meanwhile) {
      this.value = value;
      this.meanwhile = meanwhile;
    }

    @Override
    public void bytes(ByteBuffer target) throws IOException {
      pieces++;
      meanwhile.run();
      while (target.hasRemaining()) {
        target.put((byte) value);
      }
    }

    @Override
    public void file(FileChannel channel, long position, long count) {
      throw new AssertionError("memory has no file");
    }

    @Override
    public ByteBuffer buffer(int count) {
      throw new AssertionError("memory receives in its pages");
    }
  }

  private static SparseStore store() {
    return new SparseStore(1L << 40, () -> AvailableMemory.UNKNOWN);
  }

  private static byte[] read(SparseStore store, long offset, int count) {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    store.read(buffer, offset);
    return buffer.array();
  }

  private static byte[] filled(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void longWrite_toNewPages_isReceivedInOnePiece() throws IOException {
    try (SparseStore store = store()) {
      Slow source = new Slow(3, () -> {});
      store.write(100, 30L * PAGE, source);
      assertArrayEquals(filled(30 * PAGE, 3), read(store, 100, 30 * PAGE));
      assertEquals(0, read(store, 99, 1)[0]);
      assertEquals(0, read(store, 100 + 30L * PAGE, 1)[0]);
      assertEquals(1, source.pieces);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 20000", "20000, 12768", "0, 1"})
  void restOfThePageZeroedMeanwhile_losesNothing(int from, int count) throws IOException {
    try (SparseStore store = store()) {
      // The page holds nothing but zeroes while its bytes are on their way.
      int offset = from == 0 ? count : 0;
      int length = from == 0 ? PAGE - count : from;
      store.write(offset, length, new Slow(5, () -> store.zero(from, count, true)));
      assertArrayEquals(filled(length, 5), read(store, offset, length));
      assertArrayEquals(new byte[count], read(store, from, count));
    }
  }

  @Test
  void pageTrimmedMeanwhile_isNoOtherPage() throws IOException {
    try (SparseStore store = store()) {
      store.write(
          0,
          2L * PAGE,
          new Slow(
              5,
              () -> {
                store.zero(0, 4L * PAGE, true);
                store.write(ByteBuffer.wrap(filled(4 * PAGE, 6)), 100L * PAGE);
              }));
      assertArrayEquals(filled(4 * PAGE, 6), read(store, 100L * PAGE, 4 * PAGE));
    }
  }

  @Test
  void sourceThatFails_givesThePagesBack() throws IOException {
    try (SparseStore store = store()) {
      Slow gone =
          new Slow(
              5,
              () -> {
                throw new NbdException(NbdError.EIO, "gone");
              });
      assertThrows(NbdException.class, () -> store.write(0, 100L * PAGE, gone));
      store.zero(0, 100L * PAGE, true);
      long before = store.allocated();
      for (int i = 0; i < 50; i++) {
        assertThrows(NbdException.class, () -> store.write(0, 100L * PAGE, gone));
        store.zero(0, 100L * PAGE, true);
      }
      assertEquals(before, store.allocated());
      assertArrayEquals(new byte[PAGE], read(store, 0, PAGE));
    }
  }
}
