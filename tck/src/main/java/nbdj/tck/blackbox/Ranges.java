package nbdj.tck.blackbox;

import nbdj.tck.Range;

/** Parts of ranges. */
final class Ranges {
  private Ranges() {}

  /** Get the first bytes of a range, all of it if it is shorter. */
  static Range first(Range range, long most) {
    return new Range(range.offset(), Math.min(range.length(), most));
  }

  /** Get the last bytes of a range, all of it if it is shorter. */
  static Range last(Range range, long most) {
    long kept = Math.min(range.length(), most);
    return new Range(range.end() - kept, kept);
  }
}
