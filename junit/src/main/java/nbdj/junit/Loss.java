package nbdj.junit;

/**
 * What a crash leaves of the writes, zeroes and trims that were not flushed.
 *
 * @since 0.1
 */
public enum Loss {
  /** Nothing. */
  ALL,
  /** Some of them, chosen by a seed: a disk may write in any order. */
  SOME,
  /**
   * Some 512-byte sectors of each write, and the first sectors of each zero and trim, chosen by a
   * seed: a disk promises no more than sectors.
   */
  TORN
}
