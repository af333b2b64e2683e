package nbdj.client;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Which bytes of a range are there, none of them twice. */
final class Coverage {
  /** The bytes before this are there; all there is as long as pieces come in order. */
  private long prefix;

  private long total;

  /** Pieces after the prefix, by their beginning, with their end. */
  private final NavigableMap<Long, Long> pieces = new TreeMap<>();

  /** Add a piece inside the range, unless some of it is there already. */
  boolean add(long from, long length) {
    long to = from + length;
    Map.Entry<Long, Long> before = pieces.floorEntry(from);
    Map.Entry<Long, Long> after = pieces.ceilingEntry(from);
    if (from < prefix
        || (before != null && before.getValue() > from)
        || (after != null && after.getKey() < to)) {
      return false;
    }
    total += length;
    if (from == prefix) {
      prefix = to;
      while (!pieces.isEmpty() && pieces.firstKey() == prefix) {
        prefix = pieces.pollFirstEntry().getValue();
      }
    } else {
      pieces.put(from, to);
    }
    return true;
  }

  /** Get how many bytes are there. */
  long total() {
    return total;
  }

  /** Get the first byte that is not there, where any is missing. */
  long firstMissing() {
    return prefix;
  }
}
