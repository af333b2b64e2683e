package nbdj.tck;

/**
 * What a {@link ReferencePlugin} may be made to lack.
 *
 * @since 0.1
 */
public enum Feature {
  /** Writing, and with it zeroing and trimming. */
  WRITE,
  /** Flush, and with it an emulated FUA. */
  FLUSH,
  /** Trim. */
  TRIM,
  /** A zero of its own. */
  ZERO,
  /** Extents. */
  EXTENTS,
  /** A FUA of its own. */
  FUA,
  /** Several connections as one. */
  MULTI_CONN,
  /** A cache of its own. */
  CACHE
}
