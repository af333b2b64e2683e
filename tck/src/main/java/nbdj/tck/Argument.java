package nbdj.tck;

import java.util.regex.Matcher;
import nbdj.api.Parameter;

/**
 * A word of a command line for a layer: {@code key=value}, or a bare value.
 *
 * @param key the parameter's name; {@code ""} for a bare word, which is for the magic parameter
 * @param value its value
 */
record Argument(String key, String value) {
  private static final java.util.regex.Pattern ASSIGNMENT =
      java.util.regex.Pattern.compile(
          "([A-Za-z][A-Za-z0-9._-]*)=(.*)", java.util.regex.Pattern.DOTALL);

  /** Read a word as the command line does: one that cannot begin with a key is bare. */
  static Argument of(String word) {
    Matcher match = ASSIGNMENT.matcher(word);
    return match.matches() ? new Argument(match.group(1), match.group(2)) : new Argument("", word);
  }

  boolean isBare() {
    return key.isEmpty();
  }

  /** Tell whether the word gives a parameter. */
  boolean gives(Parameter parameter) {
    return isBare() ? parameter.isMagic() : key.equals(parameter.name());
  }

  @Override
  public String toString() {
    return isBare() ? value : key + "=" + value;
  }
}
