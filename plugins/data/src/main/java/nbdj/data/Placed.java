package nbdj.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Contents, each at its place, later ones over earlier ones, with zeroes where there is none. */
final class Placed implements Content {
  private record Part(long start, Content content, long end) {}

  private final List<Part> parts = new ArrayList<>();

  /** Where the next part goes. */
  private long position;

  /** How far parts and positions have come. */
  private long size;

  /** Get where the next part goes. */
  long position() {
    return position;
  }

  /** Say where the next part goes; up to there the whole has zeroes if it has nothing else. */
  void moveTo(long newPosition) {
    position = newPosition;
    size = Math.max(size, newPosition);
  }

  /** Put a part where the last one ended. */
  void add(Content content) throws IOException {
    long end = position + content.size();
    if (end > position) {
      parts.add(new Part(position, content, end));
    }
    moveTo(end);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void put(long from, long to, long offset, Target target) throws IOException {
    long reached = 0;
    for (Part part : parts) {
      long start = Math.max(from, part.start);
      long end = Math.min(to, part.end);
      if (start < end) {
        if (start < reached) {
          target.zero(offset + start - from, Math.min(end, reached) - start);
        }
        part.content.put(start - part.start, end - part.start, offset + start - from, target);
      }
      reached = Math.max(reached, part.end);
    }
  }
}
