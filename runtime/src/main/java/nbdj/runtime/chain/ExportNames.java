package nbdj.runtime.chain;

import java.nio.charset.StandardCharsets;
import nbdj.api.Export;

/** Checks the strings of exports (rule N-1). */
final class ExportNames {
  private ExportNames() {}

  /** Tell whether a name or description is one that the protocol allows. */
  static boolean allowed(String text) {
    return text.indexOf('\0') < 0
        && isPaired(text)
        // A character has at most three bytes, so that short ones need not be encoded.
        && (text.length() <= Export.MAX_STRING / 3
            || text.getBytes(StandardCharsets.UTF_8).length <= Export.MAX_STRING);
  }

  /** Tell whether every surrogate has its other half; a lone one would be sent as a {@code ?}. */
  private static boolean isPaired(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
      }
    }
    return true;
  }
}
