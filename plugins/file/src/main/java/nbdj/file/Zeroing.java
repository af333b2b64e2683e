package nbdj.file;

import java.io.IOException;
import nbdj.api.Flag;
import nbdj.api.Flags;

/**
 * Zeroes and trims ranges of an open file without writing, in the best way that works for it.
 *
 * <p>A way that the file does not support is not tried again. Whether a way works is found out by
 * trying, because no system tells beforehand.
 */
final class Zeroing {
  private final OpenFile file;

  /** The unit, in bytes, of ranges that can be changed: 1 for a regular file. */
  private final long unit;

  private volatile boolean canPunch = true;
  private volatile boolean canZeroRange = true;
  private volatile boolean canAllocate = true;
  private volatile boolean canZeroSectors;
  private volatile boolean canDiscard;

  /** Begin with every way open. */
  Zeroing(OpenFile file, long unit) {
    this.file = file;
    this.unit = unit;
    canZeroSectors = file.isBlockDevice();
    canDiscard = file.isBlockDevice();
  }

  /**
   * Zero a range.
   *
   * @param flags with {@link Flag#MAY_TRIM} it may become a hole; with {@link Flag#FAST_ZERO} no
   *     way is taken by which the system might write the zeroes
   * @return false if no way works; nothing was changed then
   */
  boolean zero(long offset, long count, Flags flags) throws IOException {
    if (offset % unit != 0 || count % unit != 0) {
      return false;
    }
    FileControl control = file.control();
    if (flags.has(Flag.MAY_TRIM) && canPunch) {
      canPunch = control.punch(offset, count);
      if (canPunch) {
        return true;
      }
    }
    if (file.isBlockDevice()) {
      // Both may write, if the device has no command for it.
      return !flags.has(Flag.FAST_ZERO) && zeroDevice(control, offset, count);
    }
    if (canZeroRange) {
      canZeroRange = control.zeroRange(offset, count);
      if (canZeroRange) {
        return true;
      }
    }
    return canPunch && punchAndAllocate(control, offset, count);
  }

  /** Trim a range: punch or discard it if that works, which it need not. */
  void trim(long offset, long count) throws IOException {
    long begin = Math.ceilDiv(offset, unit) * unit;
    long length = (offset + count) / unit * unit - begin;
    if (length <= 0) {
      return;
    }
    FileControl control = file.control();
    if (canPunch) {
      canPunch = control.punch(begin, length);
      if (canPunch) {
        return;
      }
    }
    if (canDiscard) {
      canDiscard = control.discardSectors(begin, length);
    }
  }

  private boolean zeroDevice(FileControl control, long offset, long count) throws IOException {
    if (canZeroRange) {
      canZeroRange = control.zeroRange(offset, count);
      if (canZeroRange) {
        return true;
      }
    }
    if (canZeroSectors) {
      canZeroSectors = control.zeroSectors(offset, count);
    }
    return canZeroSectors;
  }

  /**
   * Make a hole and fill it. The range is allocated before as well, so that nothing has changed if
   * it cannot be.
   */
  private boolean punchAndAllocate(FileControl control, long offset, long count)
      throws IOException {
    if (canAllocate) {
      canAllocate = control.allocate(offset, count);
    }
    if (!canAllocate) {
      return false;
    }
    canPunch = control.punch(offset, count);
    return canPunch && control.allocate(offset, count);
  }
}
