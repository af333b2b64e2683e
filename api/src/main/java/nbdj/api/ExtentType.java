package nbdj.api;

/**
 * What an extent of an export holds: the {@code base:allocation} states of the NBD specification.
 *
 * @since 0.1
 */
public enum ExtentType {
  /** Allocated data, or nothing known. */
  DATA(0),
  /** Not allocated; what it reads as is not said. */
  HOLE(1),
  /** Allocated and reads as zeroes. */
  ZERO(2),
  /** Not allocated and reads as zeroes. */
  HOLE_ZERO(3);

  private final int allocationFlags;

  ExtentType(int allocationFlags) {
    this.allocationFlags = allocationFlags;
  }

  /**
   * Get the flags of the {@code base:allocation} context: bit 0 NBD_STATE_HOLE, bit 1
   * NBD_STATE_ZERO.
   */
  public int allocationFlags() {
    return allocationFlags;
  }

  /** Tell whether the extent is known to read as zeroes. */
  public boolean readsAsZeroes() {
    return (allocationFlags & 2) != 0;
  }
}
