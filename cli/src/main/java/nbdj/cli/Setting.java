package nbdj.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A word of the command line for the layers: {@code key=value}, or a bare value.
 *
 * @param key the parameter's name; empty for a bare word, which is for the plugin's magic parameter
 * @param value its value
 */
record Setting(Optional<String> key, String value) {
  private static final Pattern ASSIGNMENT =
      Pattern.compile("([A-Za-z][A-Za-z0-9._-]*)=(.*)", Pattern.DOTALL);

  /** Read a word. One whose part before the {@code =} cannot be a key is bare, such as a path. */
  static Setting of(String word) {
    Matcher match = ASSIGNMENT.matcher(word);
    return match.matches()
        ? new Setting(Optional.of(match.group(1)), match.group(2))
        : new Setting(Optional.empty(), word);
  }
}
