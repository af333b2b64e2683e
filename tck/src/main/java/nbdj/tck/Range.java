package nbdj.tck;

/**
 * A range of an export, in bytes.
 *
 * @param offset where it begins
 * @param length how long it is; 0 for none
 * @since 0.1
 */
public record Range(long offset, long length) {
  /** Make a range, and refuse an impossible one. */
  public Range {
    if (offset < 0 || length < 0 || offset + length < 0) {
      throw new IllegalArgumentException(
          "range at %d of length %d must lie between 0 and %d"
              .formatted(offset, length, Long.MAX_VALUE));
    }
  }

  /** Get the offset after the last byte. */
  public long end() {
    return offset + length;
  }

  /** Get the first bytes of the range, all of it if it is shorter. */
  Range first(long most) {
    return new Range(offset, Math.min(length, most));
  }

  /** Get the last bytes of the range, all of it if it is shorter. */
  Range last(long most) {
    long kept = Math.min(length, most);
    return new Range(end() - kept, kept);
  }

  boolean contains(long position) {
    return position >= offset && position < end();
  }
}
