package nbdj.client;

/**
 * A part of an export, and what a metadata context says of it.
 *
 * @param offset where it begins in the export, in bytes
 * @param length in bytes, at least 1; the last of an answer may go on past the range asked about
 * @param flags what the context says; see the methods for {@code base:allocation}
 * @since 0.1
 */
public record Extent(long offset, long length, long flags) {
  /** Get the offset after the last byte. */
  public long end() {
    return offset + length;
  }

  /** Tell whether nothing is allocated, if the context is {@code base:allocation}. */
  public boolean isHole() {
    return (flags & 1) != 0;
  }

  /** Tell whether it reads as zeroes, if the context is {@code base:allocation}. */
  public boolean isZero() {
    return (flags & 2) != 0;
  }
}
