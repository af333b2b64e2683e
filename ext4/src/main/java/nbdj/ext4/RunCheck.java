package nbdj.ext4;

import java.nio.ByteBuffer;

/** Looks at what a range consists of. */
final class RunCheck implements RunVisitor {

  /** Where the first run lies. */
  private long place;

  private int runs;
  private boolean unwritten;
  private boolean holes;
  private boolean inline;

  /** Return where on the device the first run lies. */
  long place() {
    return place;
  }

  /** Return over how many runs of the device the range is spread. */
  int runs() {
    return runs;
  }

  boolean hasHoles() {
    return holes;
  }

  /** Tell whether part of the range is kept in the inode. */
  boolean hasInline() {
    return inline;
  }

  /** Tell whether all of the range holds data on the device. */
  boolean isAllData() {
    return !unwritten && !holes && !inline;
  }

  /** Tell whether none of the range holds data. */
  boolean isNoData() {
    return runs == 0 && !inline;
  }

  /** Tell whether the range is one hole. */
  boolean isNothing() {
    return isNoData() && !unwritten;
  }

  @Override
  public void device(long deviceOffset, long length) {
    if (runs == 0) {
      place = deviceOffset;
    }
    runs++;
  }

  @Override
  public void zeroes(long length, boolean hole) {
    holes |= hole;
    unwritten |= !hole;
  }

  @Override
  public void bytes(ByteBuffer content) {
    inline = true;
  }
}
