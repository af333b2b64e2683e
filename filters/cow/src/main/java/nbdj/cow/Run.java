package nbdj.cow;

/**
 * Blocks that lie together.
 *
 * @param first the number of the first
 * @param count how many they are, at least 1
 * @param kind where their bytes are
 * @param slot for {@link Kind#DATA} the place of the first in the temporary file, in blocks, those
 *     of the others follow; 0 for any other
 */
record Run(long first, long count, Kind kind, long slot) {
  static Run of(long first, long count, Kind kind) {
    return new Run(first, count, kind, 0);
  }

  static Run data(long first, long count, long slot) {
    return new Run(first, count, Kind.DATA, slot);
  }

  /** Get the number of the block behind the last. */
  long end() {
    return first + count;
  }

  /** Get the part from a block on that lies in the run. */
  Run from(long block) {
    long skipped = block - first;
    return new Run(block, count - skipped, kind, kind == Kind.DATA ? slot + skipped : 0);
  }

  /** Get the part before a block that lies in the run. */
  Run before(long block) {
    return new Run(first, block - first, kind, slot);
  }

  /** Tell whether another run goes on where this one ends, in the temporary file too. */
  boolean goesOnIn(Run other) {
    return end() == other.first
        && kind == other.kind
        && (kind != Kind.DATA || slot + count == other.slot);
  }

  /** Get this run and the one that goes on where it ends as one. */
  Run joined(Run other) {
    return new Run(first, count + other.count, kind, slot);
  }
}
