package nbdj.junit;

/**
 * What a disk is asked to do.
 *
 * @since 0.1
 */
public enum Operation {
  /** A client opens the export. */
  OPEN,
  /** Read a range. */
  READ,
  /** Write a range. */
  WRITE,
  /** Make all durable that was done before. */
  FLUSH,
  /** Say that a range is no longer needed. */
  TRIM,
  /** Make a range read as zeroes. */
  ZERO,
  /** Ask for block status. */
  EXTENTS,
  /** Fetch a range into a cache. */
  CACHE,
  /** A client has left. */
  CLOSE
}
