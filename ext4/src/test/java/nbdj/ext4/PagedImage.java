package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An image in pages that copies share until one of them writes, so that thousands of images that
 * differ in a few places cost little. For one thread; a copy may be used by another.
 */
final class PagedImage implements BlockDevice {

  static final int PAGE = 4096;

  private static final byte[] ZEROES = new byte[PAGE];

  /** Pages that may be those of other images, too. */
  private final byte[][] pages;

  /** Hash of each page's content, 0 where it is not known. */
  private final long[] hashes;

  /** Which pages are this image's alone, and may be written in place. */
  private boolean[] owned;

  private final PageHash hash;

  private PagedImage(byte[][] pages, long[] hashes, PageHash hash) {
    this.pages = pages;
    this.hashes = hashes;
    this.hash = hash;
    this.owned = new boolean[pages.length];
  }

  /** Make an image of the content given, which must be whole pages. */
  static PagedImage of(byte[] bytes) {
    if (bytes.length % PAGE != 0) {
      throw new AssertionError(bytes.length + " bytes are not whole pages");
    }
    byte[][] pages = new byte[bytes.length / PAGE][];
    for (int i = 0; i < pages.length; i++) {
      byte[] page = Arrays.copyOfRange(bytes, i * PAGE, (i + 1) * PAGE);
      pages[i] = Arrays.equals(page, ZEROES) ? ZEROES : page;
    }
    return new PagedImage(pages, new long[pages.length], PageHash.EVERYTHING);
  }

  static PagedImage read(Path file) throws IOException {
    return of(Files.readAllBytes(file));
  }

  /** Return an image of the same content whose copies are compared by another hash. */
  PagedImage hashedBy(PageHash hash) {
    return new PagedImage(copy().pages, new long[pages.length], hash);
  }

  /** Return an image of the same content, independent of this one. */
  PagedImage copy() {
    // From now on neither may write in place what both have.
    owned = new boolean[pages.length];
    return new PagedImage(pages.clone(), hashes.clone(), hash);
  }

  /** Return a hash of all the content. */
  long hash() {
    long sum = 0;
    for (int i = 0; i < pages.length; i++) {
      if (hashes[i] == 0) {
        hashes[i] = hash.of(pages[i], i);
      }
      sum += hashes[i];
    }
    return sum;
  }

  byte[] bytes() {
    byte[] bytes = new byte[pages.length * PAGE];
    for (int i = 0; i < pages.length; i++) {
      System.arraycopy(pages[i], 0, bytes, i * PAGE, PAGE);
    }
    return bytes;
  }

  /** Change a file that holds the content of another image into one that holds this one's. */
  void writeOver(FileChannel file, PagedImage other) throws IOException {
    for (int i = 0; i < pages.length; i++) {
      if (!Arrays.equals(pages[i], other.pages[i])) {
        file.write(ByteBuffer.wrap(pages[i]), (long) i * PAGE);
      }
    }
  }

  /** Return what a program left of this image in a file. */
  PagedImage rereadFrom(FileChannel file) throws IOException {
    PagedImage result = copy();
    byte[] bytes = new byte[pages.length * PAGE];
    if (file.read(ByteBuffer.wrap(bytes), 0) != bytes.length) {
      throw new AssertionError("image became shorter");
    }
    for (int i = 0; i < pages.length; i++) {
      if (!Arrays.equals(bytes, i * PAGE, (i + 1) * PAGE, pages[i], 0, PAGE)) {
        result.put(Arrays.copyOfRange(bytes, i * PAGE, (i + 1) * PAGE), 0, PAGE, (long) i * PAGE);
      }
    }
    return result;
  }

  /** Write part of an array. */
  void put(byte[] bytes, int from, int length, long offset) {
    int done = 0;
    while (done < length) {
      int index = (int) ((offset + done) / PAGE);
      int at = (int) ((offset + done) % PAGE);
      int some = Math.min(PAGE - at, length - done);
      System.arraycopy(bytes, from + done, writable(index), at, some);
      done += some;
    }
  }

  private byte[] writable(int index) {
    if (!owned[index]) {
      pages[index] = pages[index].clone();
      owned[index] = true;
    }
    hashes[index] = 0;
    return pages[index];
  }

  @Override
  public long size() {
    return (long) pages.length * PAGE;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void read(ByteBuffer dst, long offset) {
    long position = offset;
    while (dst.hasRemaining()) {
      int at = (int) (position % PAGE);
      int some = Math.min(PAGE - at, dst.remaining());
      dst.put(pages[(int) (position / PAGE)], at, some);
      position += some;
    }
  }

  @Override
  public void write(ByteBuffer src, long offset, boolean fua) {
    byte[] bytes = new byte[src.remaining()];
    src.get(bytes);
    put(bytes, 0, bytes.length, offset);
  }

  @Override
  public void zero(long offset, long length, boolean fua) {
    put(new byte[(int) length], 0, (int) length, offset);
  }

  @Override
  public void flush() {}
}
