package nbdj.data;

import java.io.IOException;

/**
 * A part of other content.
 *
 * @param start the first byte of it
 * @param end the one behind the last
 */
record Slice(Content content, long start, long end) implements Content {
  @Override
  public long size() {
    return end - start;
  }

  @Override
  public void put(long from, long to, long offset, Target target) throws IOException {
    content.put(start + from, start + to, offset, target);
  }
}
