package nbdj.cow;

/**
 * A range, parted into whole blocks and what hangs over at both ends.
 *
 * @param head how many bytes lie in front of the whole blocks; all of them if there is no such
 *     block
 * @param firstBlock the number of the first whole block
 * @param blocks how many whole blocks there are; the last block of an export is whole where the
 *     export ends
 * @param tail how many bytes lie behind the whole blocks
 */
record Parts(int head, long firstBlock, long blocks, int tail) {
  /**
   * Part a range of an export.
   *
   * @param size the size of the export in bytes
   */
  static Parts of(long offset, long count, long size, int blockSize) {
    long end = offset + count;
    long head = Math.min((blockSize - offset % blockSize) % blockSize, count);
    if (head == count) {
      return new Parts((int) head, 0, 0, 0);
    }
    boolean endsWhole = end == size || end % blockSize == 0;
    long first = (offset + head) / blockSize;
    long last = end / blockSize + (endsWhole && end % blockSize != 0 ? 1 : 0);
    return new Parts((int) head, first, last - first, endsWhole ? 0 : (int) (end % blockSize));
  }
}
