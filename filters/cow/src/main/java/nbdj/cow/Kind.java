package nbdj.cow;

/** Where the bytes of a block are. */
enum Kind {
  /** In the layer below: the block was never changed. */
  BELOW,
  /** In the temporary file. */
  DATA,
  /** Nowhere: they are zeroes. */
  ZERO,
  /** Nowhere: they are zeroes, and a client has said that they need no space. */
  HOLE;

  boolean readsAsZeroes() {
    return this == ZERO || this == HOLE;
  }
}
