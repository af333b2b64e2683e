package nbdj.runtime.protocol;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The metadata contexts of one connection: {@code base:allocation} is all there is. */
final class MetaContexts {
  /** The number that stands for {@code base:allocation} in block status replies. */
  static final int ALLOCATION_ID = 1;

  private static final String ALLOCATION = "base:allocation";
  private static final String WILDCARD = "base:";

  private final OptionReplies replies;

  /** The export for which the context was selected, null if for none. */
  private @Nullable String selectedFor;

  MetaContexts(OptionReplies replies) {
    this.replies = replies;
  }

  /** Tell whether the context was selected for an export. */
  boolean selected(String exportName) {
    return exportName.equals(selectedFor);
  }

  /** Select nothing: what a request to select does first, whatever becomes of it. */
  void clear() {
    selectedFor = null;
  }

  void list(OptionPayload payload, boolean structured) throws IOException, OptionException {
    requireStructured(structured);
    payload.string("an export name");
    long queries = payload.int32();
    boolean found = queries == 0;
    for (long i = 0; i < queries; i++) {
      String query = payload.string("a query");
      found |= query.equals(ALLOCATION) || query.equals(WILDCARD);
    }
    payload.end();
    if (found) {
      replies.metaContext(Wire.OPT_LIST_META_CONTEXT, 0, ALLOCATION);
    }
    replies.acknowledge(Wire.OPT_LIST_META_CONTEXT);
  }

  void set(OptionPayload payload, boolean structured) throws IOException, OptionException {
    requireStructured(structured);
    String exportName = payload.string("an export name");
    boolean found = false;
    for (long left = payload.int32(); left > 0; left--) {
      found |= payload.string("a query").equals(ALLOCATION);
    }
    payload.end();
    if (found) {
      selectedFor = exportName;
      replies.metaContext(Wire.OPT_SET_META_CONTEXT, ALLOCATION_ID, ALLOCATION);
    }
    replies.acknowledge(Wire.OPT_SET_META_CONTEXT);
  }

  private static void requireStructured(boolean structured) throws OptionException {
    if (!structured) {
      throw OptionException.invalid(
          "metadata contexts need structured replies or extended headers first");
    }
  }
}
