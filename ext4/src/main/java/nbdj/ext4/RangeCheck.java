package nbdj.ext4;

/**
 * Looks at all pieces of a range before any of it is changed, and refuses what cannot be.
 *
 * <p>Runs of the device can always be changed; a subclass says what else may be in the range.
 */
abstract class RangeCheck implements RunVisitor {

  /** Where the piece looked at begins, in bytes from the beginning of the file. */
  private long position;

  private int runs;

  RangeCheck(long offset) {
    this.position = offset;
  }

  /** Return over how many runs of the device the range is spread. */
  final int runs() {
    return runs;
  }

  /** Return where the piece looked at begins, in bytes from the beginning of the file. */
  final long position() {
    return position;
  }

  /** Let a piece pass. */
  final void pass(long length) {
    position += length;
  }

  @Override
  public final void device(long deviceOffset, long length) {
    pass(length);
    runs++;
  }
}
