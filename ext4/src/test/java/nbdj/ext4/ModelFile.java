package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** A file that is used at random, and an array that says what it must hold. For one thread. */
final class ModelFile {

  private static final int LARGE = 300_000;
  private static final int SMALL = 9_000;

  private final Ext4File file;
  private final byte[] model;
  private final Random random;
  private final String seed;

  /** Begin with a file that holds what the model says. */
  ModelFile(Ext4File file, byte[] model, long seed) {
    this.file = file;
    this.model = model;
    this.random = new Random(seed);
    this.seed = "seed " + seed;
    assertEquals(model.length, file.size());
  }

  /** Write, zero, trim, flush or read some part. */
  void step() throws IOException {
    int block = 1024 << random.nextInt(5);
    int length = 1 + random.nextInt(random.nextInt(6) == 0 ? LARGE : SMALL);
    int from = random.nextInt(model.length);
    if (random.nextInt(3) == 0) {
      from -= from % block;
      length = Math.max(block, length - length % block);
    }
    length = Math.min(length, model.length - from);
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> write(from, length);
      case 4, 5 -> zero(from, length, random.nextBoolean());
      case 6, 7 -> trim(from, length * (1 + random.nextInt(3)));
      case 8 -> file.flush();
      default -> check(from, length);
    }
  }

  private void write(int from, int length) throws IOException {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    ByteBuffer src = ByteBuffer.wrap(bytes);
    file.write(src, from, random.nextInt(8) == 0);
    assertEquals(0, src.remaining(), seed);
    System.arraycopy(bytes, 0, model, from, length);
    check(from, length);
  }

  private void zero(int from, int length, boolean mayHole) throws IOException {
    boolean fua = random.nextInt(8) == 0;
    try {
      if (random.nextInt(4) == 0) {
        file.zeroFast(from, length, mayHole, fua);
      } else {
        file.zero(from, length, mayHole, fua);
      }
    } catch (Ext4Exception e) {
      assertEquals(Ext4Exception.Kind.NOT_SUPPORTED, e.kind(), seed + ": " + e.getMessage());
      check(from, length);
      return;
    }
    Arrays.fill(model, from, from + length, (byte) 0);
    check(from, length);
    if (!mayHole) {
      file.map(from, length, new NoHoles());
    }
  }

  private void trim(int from, int wanted) throws IOException {
    int length = Math.min(wanted, model.length - from);
    file.trim(from, length);
    byte[] left = Compare.read(file, from, length);
    for (int i = 0; i < length; i++) {
      if (left[i] != 0) {
        assertEquals(model[from + i], left[i], seed);
      }
      model[from + i] = left[i];
    }
  }

  private void check(int from, int length) throws IOException {
    byte[] expected = Arrays.copyOfRange(model, from, from + length);
    assertArrayEquals(expected, Compare.read(file, from, length), seed);
  }

  /** Check all of the file. */
  void checkAll() throws IOException {
    assertArrayEquals(model, Compare.readAll(file), seed);
  }

  private final class NoHoles implements RunVisitor {
    @Override
    public void device(long deviceOffset, long length) {}

    @Override
    public void zeroes(long length, boolean hole) {
      assertEquals(false, hole, seed);
    }

    @Override
    public void bytes(ByteBuffer content) {}
  }
}
