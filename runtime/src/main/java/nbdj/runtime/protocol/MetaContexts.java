package nbdj.runtime.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The metadata contexts of one connection: {@code base:allocation}, and what the layers define.
 *
 * <p>An export is opened only for a question that {@code base:allocation} alone does not answer.
 */
final class MetaContexts {
  private static final String BASE = "base:";

  private final OptionReplies replies;
  private final Exports exports;

  /** The export for which contexts were selected, null if for none. */
  private @Nullable String selectedFor;

  private List<MetaContext> selected = List.of();

  MetaContexts(OptionReplies replies, Exports exports) {
    this.replies = replies;
    this.exports = exports;
  }

  /** Get the contexts that were selected for an export. */
  List<MetaContext> selected(String exportName) {
    return exportName.equals(selectedFor) ? selected : List.of();
  }

  /** Select nothing: what a request to select does first, whatever becomes of it. */
  void clear() {
    selectedFor = null;
  }

  void list(OptionPayload payload, boolean structured) throws IOException, OptionException {
    requireStructured(structured);
    String exportName = payload.string("an export name");
    List<String> queries = queries(payload);
    Predicate<String> asked =
        name -> queries.isEmpty() || queries.stream().anyMatch(query -> isAsked(name, query));
    for (MetaContext context : offered(exportName, queries, asked)) {
      replies.metaContext(Wire.OPT_LIST_META_CONTEXT, 0, context.name());
    }
    replies.acknowledge(Wire.OPT_LIST_META_CONTEXT);
  }

  /** Tell whether a query is for a name, or for all that begin as it does up to a colon. */
  private static boolean isAsked(String name, String query) {
    return name.equals(query) || (query.endsWith(":") && name.startsWith(query));
  }

  void set(OptionPayload payload, boolean structured) throws IOException, OptionException {
    requireStructured(structured);
    String exportName = payload.string("an export name");
    List<String> queries = queries(payload);
    // Nobody is asked about no query: an empty list, which is all to LIST, is none here.
    selected = queries.isEmpty() ? List.of() : offered(exportName, queries, queries::contains);
    selectedFor = exportName;
    for (MetaContext context : selected) {
      replies.metaContext(Wire.OPT_SET_META_CONTEXT, context.id(), context.name());
    }
    replies.acknowledge(Wire.OPT_SET_META_CONTEXT);
  }

  private static List<String> queries(OptionPayload payload) throws IOException, OptionException {
    List<String> queries = new ArrayList<>();
    for (long left = payload.int32(); left > 0; left--) {
      queries.add(payload.string("a query"));
    }
    payload.end();
    return queries;
  }

  /** Get the contexts of an export that were asked for; each export numbers its own. */
  private List<MetaContext> offered(
      String exportName, List<String> queries, Predicate<String> asked) throws OptionException {
    List<MetaContext> found = new ArrayList<>();
    int id = MetaContext.ALLOCATION.id();
    if (asked.test(MetaContext.ALLOCATION.name())) {
      found.add(MetaContext.ALLOCATION);
    }
    if (queries.isEmpty() || queries.stream().anyMatch(query -> !query.startsWith(BASE))) {
      for (String name : exports.metaContexts(exportName)) {
        id++;
        if (asked.test(name)) {
          found.add(new MetaContext(id, name));
        }
      }
    }
    return found;
  }

  private static void requireStructured(boolean structured) throws OptionException {
    if (!structured) {
      throw OptionException.invalid(
          "metadata contexts need structured replies or extended headers first");
    }
  }
}
