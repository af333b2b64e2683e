package nbdj.runtime.chain;

import java.nio.charset.StandardCharsets;
import nbdj.api.Export;

/** Checks the strings of exports (rule N-1). */
final class ExportNames {
  private ExportNames() {}

  /** Tell whether a name or description is one that the protocol allows. */
  static boolean allowed(String text) {
    return text.indexOf('\0') < 0
        // A character has at most three bytes, so that short ones need not be encoded.
        && (text.length() <= Export.MAX_STRING / 3
            || text.getBytes(StandardCharsets.UTF_8).length <= Export.MAX_STRING);
  }
}
