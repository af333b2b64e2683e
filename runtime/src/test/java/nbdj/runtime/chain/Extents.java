package nbdj.runtime.chain;

import java.util.ArrayList;
import java.util.List;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;

/** A sink that keeps the extents it receives. */
final class Extents implements ExtentSink {
  /** One extent. */
  record Extent(long offset, long length, ExtentType type) {}

  private final List<Extent> all = new ArrayList<>();

  @Override
  public void add(long offset, long length, ExtentType type) {
    all.add(new Extent(offset, length, type));
  }

  List<Extent> all() {
    return all;
  }
}
