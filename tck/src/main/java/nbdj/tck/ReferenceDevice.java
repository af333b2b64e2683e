package nbdj.tck;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import nbdj.api.ExtentType;

/**
 * A sparse disk in memory, simple enough to be believed.
 *
 * <p>Safe for use by many threads; each operation is atomic.
 *
 * @since 0.1
 */
public final class ReferenceDevice {
  /** The name of the metadata context that tells pages apart. */
  static final String CONTEXT = "x-reference:page";

  private static final int PAGE = 4096;

  /** Where the pages that are told apart end, in bytes. */
  private static final long TOLD_APART = 4L << 20;

  /** The bytes of a page. */
  private static final class Page {
    final byte[] bytes;

    /** Another device reads the bytes too; never unset. */
    boolean shared;

    Page(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private final long size;
  // Allocated pages by their number; guarded by this.
  private final NavigableMap<Long, Page> pages;

  /**
   * Make a device that is one hole.
   *
   * @param size in bytes
   */
  public ReferenceDevice(long size) {
    this(size, new TreeMap<>());
  }

  private ReferenceDevice(long size, NavigableMap<Long, Page> pages) {
    this.size = size;
    this.pages = pages;
  }

  /** Make a device with the same content, which costs little until one of the two is written to. */
  public synchronized ReferenceDevice copy() {
    pages.values().forEach(page -> page.shared = true);
    return new ReferenceDevice(size, new TreeMap<>(pages));
  }

  /** Get the size in bytes. */
  public long size() {
    return size;
  }

  /** Get the bytes of a range. */
  byte[] bytes(long offset, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    read(bytes, offset);
    return bytes.array();
  }

  /** Write bytes, from position to limit of a buffer. */
  public synchronized void write(ByteBuffer bytes, long offset) {
    check(offset, bytes.remaining());
    while (bytes.hasRemaining()) {
      int at = (int) (offset % PAGE);
      int part = Math.min(bytes.remaining(), PAGE - at);
      bytes.get(page(offset / PAGE), at, part);
      offset += part;
    }
  }

  /** Fill a buffer with bytes, from its position to its limit. */
  public synchronized void read(ByteBuffer bytes, long offset) {
    check(offset, bytes.remaining());
    while (bytes.hasRemaining()) {
      int at = (int) (offset % PAGE);
      int part = Math.min(bytes.remaining(), PAGE - at);
      Page page = pages.get(offset / PAGE);
      bytes.put(page == null ? new byte[part] : page.bytes, page == null ? 0 : at, part);
      offset += part;
    }
  }

  /**
   * Make a range read as zeroes.
   *
   * @param punch whole pages become holes; otherwise all of the range is allocated
   */
  public synchronized void zero(long offset, long count, boolean punch) {
    check(offset, count);
    long end = offset + count;
    long firstWhole = Math.ceilDiv(offset, PAGE);
    long endWhole = end / PAGE;
    if (punch && firstWhole < endWhole) {
      pages.subMap(firstWhole, endWhole).clear();
      clear(offset, firstWhole * PAGE, false);
      clear(endWhole * PAGE, end, false);
    } else {
      clear(offset, end, !punch);
    }
  }

  /** Fill with zeroes what is allocated of a range, or all of it. */
  private void clear(long offset, long end, boolean allocate) {
    while (offset < end) {
      int at = (int) (offset % PAGE);
      int part = (int) Math.min(end - offset, PAGE - at);
      if (allocate || pages.containsKey(offset / PAGE)) {
        Arrays.fill(page(offset / PAGE), at, at + part, (byte) 0);
      }
      offset += part;
    }
  }

  /** Get what the page at an offset holds. */
  synchronized ExtentType typeAt(long offset) {
    return pages.containsKey(offset / PAGE) ? ExtentType.DATA : ExtentType.HOLE_ZERO;
  }

  /** Get the offset at which the page of an offset ends, at most the size. */
  long pageEnd(long offset) {
    long start = offset / PAGE * PAGE;
    return size - start < PAGE ? size : start + PAGE;
  }

  /** Get what the metadata context says at an offset. */
  long statusAt(long offset) {
    return offset < TOLD_APART ? offset / PAGE : -1;
  }

  /** Get the offset at which a status ends. */
  long statusEnd(long offset) {
    return offset < TOLD_APART ? pageEnd(offset) : size;
  }

  /** Get the bytes of a page to write to. */
  private byte[] page(long number) {
    Page page = pages.get(number);
    if (page == null || page.shared) {
      page = new Page(page == null ? new byte[PAGE] : page.bytes.clone());
      pages.put(number, page);
    }
    return page.bytes;
  }

  private void check(long offset, long count) {
    if (offset < 0 || count < 0 || count > size - offset) {
      throw new IllegalArgumentException(
          "range at %d of length %d is outside the device of %d bytes"
              .formatted(offset, count, size));
    }
  }
}
