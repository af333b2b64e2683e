package nbdj.data;

import java.math.BigInteger;
import nbdj.api.ConfigException;

/** A text that is read from its beginning to its end. */
final class Characters {
  private final String text;
  private int at;

  Characters(String text) {
    this.text = text;
  }

  /** Skip blanks, line feeds and comments, and tell whether anything follows. */
  boolean more() {
    while (at < text.length()) {
      char next = text.charAt(at);
      if (next == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (Character.isWhitespace(next)) {
        at++;
      } else {
        return true;
      }
    }
    return false;
  }

  /** Get the next character, which stays; NUL at the end. */
  char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  /** Take the next character. */
  char take() throws ConfigException {
    if (at == text.length()) {
      throw error("it ends too early");
    }
    return text.charAt(at++);
  }

  /** Take some characters if they are next. */
  boolean take(String expected) {
    boolean there = text.startsWith(expected, at);
    if (there) {
      at += expected.length();
    }
    return there;
  }

  /** Take characters that must be next, behind blanks. */
  void require(String expected) throws ConfigException {
    if (!more() || !take(expected)) {
      throw error("'%s' is missing".formatted(expected));
    }
  }

  /** Take all characters up to a blank or one of those given. */
  String word(String ends) throws ConfigException {
    int start = at;
    while (at < text.length()
        && !Character.isWhitespace(text.charAt(at))
        && ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at == start) {
      throw error("a word is missing");
    }
    return text.substring(start, at);
  }

  /** Take a name: letters, digits, hyphens and underscores. */
  String name() throws ConfigException {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "-_".indexOf(text.charAt(at)) >= 0)) {
      // It may be the beginning of an arrow.
      if (text.startsWith("->", at)) {
        break;
      }
      at++;
    }
    if (at == start) {
      throw error("a name is missing");
    }
    return text.substring(start, at);
  }

  /** Take a number: decimal, octal behind a 0, or hexadecimal behind 0x. */
  long number(BigInteger most) throws ConfigException {
    int start = at;
    int radix = 10;
    if (take("0x") || take("0X")) {
      radix = 16;
    } else if (peek() == '0') {
      radix = 8;
    }
    int digits = at;
    while (Character.digit(peek(), radix) >= 0) {
      at++;
    }
    String word = text.substring(start, at);
    if (at == digits || Character.isLetterOrDigit(peek())) {
      at = start;
      throw error("not a number, nor anything else that is known");
    }
    BigInteger number = new BigInteger(text.substring(digits, at), radix);
    if (number.compareTo(most) > 0) {
      at = start;
      throw error("%s is more than %s".formatted(word, most));
    }
    return number.longValue();
  }

  long number(long most) throws ConfigException {
    return number(BigInteger.valueOf(most));
  }

  /** Make a failure that says where. */
  ConfigException error(String problem) {
    String here = text.substring(at, Math.min(text.length(), at + 12));
    return new ConfigException(
        here.isEmpty()
            ? "at the end: " + problem
            : "at character %d, '%s': %s".formatted(at + 1, here.replace('\n', ' '), problem));
  }
}
