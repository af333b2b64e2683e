package nbdj.ext4;

import java.util.Optional;

/**
 * Neighbouring blocks of a file that lie together on the device, or will.
 *
 * @param logical the first, counted from the file's beginning
 * @param physical the first on the device
 * @param length how many
 * @param kind what the file's map says of them
 * @param claimed clusters of theirs that are claimed, and not yet marked as used
 */
record FileSegment(
    long logical, long physical, int length, Kind kind, Optional<ClusterRun> claimed) {

  /** What a file's map says of blocks. */
  enum Kind {
    /** They hold data. */
    WRITTEN,
    /** They are the file's, and read as zeroes. */
    UNWRITTEN,
    /** They are not the file's yet. */
    NEW
  }

  /** Return the logical block after the last. */
  long end() {
    return logical + length;
  }

  /** Tell whether another one follows in the file and on the device. */
  boolean isContinuedBy(FileSegment next) {
    return next.logical == end() && next.physical == physical + length;
  }
}
