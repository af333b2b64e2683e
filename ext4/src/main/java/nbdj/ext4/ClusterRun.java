package nbdj.ext4;

/**
 * Neighbouring clusters of one group.
 *
 * @param start the first, counted from the filesystem's first data block
 * @param length how many: 1 to the clusters of a group
 */
record ClusterRun(long start, int length) {

  /** Return the cluster after the last. */
  long end() {
    return start + length;
  }

  /** Return the part that begins some clusters behind the start. */
  ClusterRun from(int offset) {
    return new ClusterRun(start + offset, length - offset);
  }

  /** Return the part before that. */
  ClusterRun to(int offset) {
    return new ClusterRun(start, offset);
  }
}
