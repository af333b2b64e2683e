package nbdj.runtime.chain;

import java.util.ArrayList;
import java.util.List;
import nbdj.api.MetaSink;
import org.jspecify.annotations.Nullable;

/** Checks the names of metadata contexts that a layer answers (rule M-1). */
final class MetaContextNames {
  private static final String OF_THE_SERVER = "base";

  private MetaContextNames() {}

  /** Get the names that can be offered; what cannot is noted, as a client does as well without. */
  static List<String> wellFormed(List<String> answered, Faults faults) {
    List<String> names = new ArrayList<>();
    for (@Nullable String name : answered) {
      if (name == null || !wellFormed(name)) {
        faults.note("M-1", "metaContexts answered '%s', which no context can be".formatted(name));
      } else if (names.contains(name)) {
        faults.note("M-1", "metaContexts answered '%s' twice".formatted(name));
      } else if (names.size() == MetaSink.MAX_CONTEXTS) {
        faults.note("M-1", "metaContexts answered more than %d".formatted(MetaSink.MAX_CONTEXTS));
        break;
      } else {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  private static boolean wellFormed(String name) {
    int colon = name.indexOf(':');
    return colon > 0
        && colon < name.length() - 1
        && !name.substring(0, colon).equals(OF_THE_SERVER)
        && ExportNames.allowed(name);
  }
}
