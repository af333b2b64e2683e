package nbdj.junit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import nbdj.api.Filter;
import nbdj.api.Plugin;

/** What a disk is made of. Changed by one thread, and no more once the disk has started. */
final class DiskSettings {
  /** How much of the heap unflushed writes may take at most: one part of so many. */
  private static final int SHARE_OF_HEAP = 4;

  final Supplier<? extends Plugin> plugin;
  final List<Supplier<? extends Filter>> filters = new ArrayList<>();
  final Map<String, String> parameters = new LinkedHashMap<>();
  String exportName = "";
  boolean readOnly;
  boolean keepContents;
  boolean faultsBelowFilters;
  boolean writeThrough;

  DiskSettings(Supplier<? extends Plugin> plugin) {
    this.plugin = plugin;
  }

  /** Get the most bytes of unflushed writes, 0 to hold back none. */
  long cacheLimit() {
    return writeThrough ? 0 : Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
  }
}
