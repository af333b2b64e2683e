package nbdj.log;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a line tells: names with values, in their order.
 *
 * @param all the fields
 */
record Fields(List<Field> all) {
  static final Fields NONE = new Fields(List.of());

  /**
   * A field.
   *
   * @param value as it is
   * @param shown as it stands in a line
   */
  record Field(String name, String value, String shown) {}

  static Fields of(String name, long number) {
    return NONE.and(name, number);
  }

  static Fields of(String name, boolean holds) {
    return NONE.and(name, holds);
  }

  static Fields ofQuoted(String name, String text) {
    return NONE.with(new Field(name, text, text));
  }

  /** Get these fields and a number more, written in decimal. */
  Fields and(String name, long number) {
    return with(new Field(name, Long.toString(number), Long.toString(number)));
  }

  /** Get these fields and a number more, written in hexadecimal. */
  Fields andHex(String name, long number) {
    String text = "0x" + Long.toHexString(number);
    return with(new Field(name, text, text));
  }

  /** Get these fields and a yes or no more, written as 1 or 0. */
  Fields and(String name, boolean holds) {
    return and(name, holds ? 1 : 0);
  }

  /** Get these fields and a text more, quoted in a line. */
  Fields and(String name, String text) {
    return with(new Field(name, text, quoted(text)));
  }

  private Fields with(Field field) {
    List<Field> more = new ArrayList<>(all);
    more.add(field);
    return new Fields(List.copyOf(more));
  }

  /** Get these fields and those of others behind them. */
  Fields and(Fields others) {
    List<Field> more = new ArrayList<>(all);
    more.addAll(others.all);
    return new Fields(List.copyOf(more));
  }

  /** Write the fields with blanks between them. */
  @Override
  public String toString() {
    return all.stream()
        .map(field -> field.name + "=" + field.shown)
        .collect(Collectors.joining(" "));
  }

  /**
   * Quote a text as a shell reads it, so that it stays on its line: names come from clients.
   *
   * @return the text as it is if nothing in it means anything to a shell
   */
  static String quoted(String text) {
    if (text.matches("[A-Za-z0-9_=,:/.-]+")) {
      return text;
    }
    boolean plain = text.chars().noneMatch(Character::isISOControl);
    StringBuilder quoted = new StringBuilder(plain ? "\"" : "$'");
    text.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            quoted.append("\\u%04x".formatted(c));
          } else if (c == '\\' || (plain ? "\"$`".indexOf(c) >= 0 : c == '\'')) {
            quoted.append('\\').appendCodePoint(c);
          } else {
            quoted.appendCodePoint(c);
          }
        });
    return quoted.append(plain ? '"' : '\'').toString();
  }
}
