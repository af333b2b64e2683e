package nbdj.ext4.journal;

/** How the blocks of a log are protected. */
public enum LogChecksum {
  /** Not at all: a transaction is good if it has a commit block. */
  NONE,
  /** A crc32 of the whole transaction in its commit block. */
  V1,
  /** A crc32c in each control block, and the lower half of one for each logged block. */
  V2,
  /** A crc32c in each control block, and one for each logged block. */
  V3;

  /** Tell whether each control block ends with a checksum of its own. */
  public boolean inEachBlock() {
    return this == V2 || this == V3;
  }
}
