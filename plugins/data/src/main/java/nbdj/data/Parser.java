package nbdj.data;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import nbdj.api.ConfigException;
import nbdj.api.Values;

/**
 * Reads the language in which a small disk is written.
 *
 * <p>A text is a sequence of expressions, each of which is put where the one before it ended, or
 * where an {@code @} says. An expression may be followed by what is done with it: repeated, cut,
 * given a name.
 */
final class Parser {
  private static final Map<String, Integer> WORDS =
      Map.of("le16:", -2, "be16:", 2, "le32:", -4, "be32:", 4, "le64:", -8, "be64:", 8);

  private final Characters text;
  private final Scope scope;

  /** Get the text that a variable stands for. */
  private final Function<String, Optional<String>> variables;

  private Parser(String text, Scope scope, Function<String, Optional<String>> variables) {
    this.text = new Characters(text);
    this.scope = scope;
    this.variables = variables;
  }

  /**
   * Read a text.
   *
   * @param variables get the texts that variables stand for
   * @throws ConfigException if it is wrong; the message says where
   */
  static Content parse(String text, Function<String, Optional<String>> variables)
      throws IOException {
    Parser parser = new Parser(text, new Scope(), variables);
    Content content = parser.sequence(parser.scope);
    if (parser.text.more()) {
      throw parser.text.error("nothing is open that this closes");
    }
    return content;
  }

  /** Read expressions up to the end or a closing parenthesis, which stays. */
  private Content sequence(Scope inner) throws IOException {
    Placed all = new Placed();
    while (text.more() && text.peek() != ')') {
      if (text.take("@")) {
        move(all);
      } else {
        Optional<Content> content = expression(inner);
        if (content.isPresent()) {
          add(all, content.get());
        }
      }
    }
    return all;
  }

  private void add(Placed all, Content content) throws IOException {
    if (content.size() > Long.MAX_VALUE - all.position()) {
      throw text.error("the disk ends at %d".formatted(Long.MAX_VALUE));
    }
    all.add(content);
  }

  private void move(Placed all) throws ConfigException {
    long position = all.position();
    if (text.take("+")) {
      all.moveTo(position + text.number(Long.MAX_VALUE - position));
    } else if (text.take("-")) {
      all.moveTo(position - text.number(position));
    } else if (text.take("^")) {
      long alignment = text.number(Long.MAX_VALUE);
      if (alignment == 0) {
        throw text.error("nothing is aligned to 0");
      }
      long missing = (alignment - position % alignment) % alignment;
      if (missing > Long.MAX_VALUE - position) {
        throw text.error("the disk ends at %d".formatted(Long.MAX_VALUE));
      }
      all.moveTo(position + missing);
    } else {
      all.moveTo(text.number(Long.MAX_VALUE));
    }
  }

  /** Read an expression and what is done with it; one that is given a name puts nothing here. */
  private Optional<Content> expression(Scope inner) throws IOException {
    Content content = term(inner);
    while (text.more()) {
      if (text.take("*")) {
        text.more();
        content = Repeated.of(content, text.number(Long.MAX_VALUE));
      } else if (text.take("[")) {
        content = slice(content);
      } else if (text.take("->")) {
        text.require("\\");
        inner.define(text.name(), content);
        return Optional.empty();
      } else {
        break;
      }
    }
    return Optional.of(content);
  }

  private Content slice(Content content) throws IOException {
    long start = 0;
    text.more();
    if (text.peek() != ':') {
      start = text.number(Long.MAX_VALUE);
    }
    text.require(":");
    text.more();
    Content first = content;
    if (text.peek() != ']') {
      long end = text.number(Long.MAX_VALUE);
      first = content.first(end);
      if (first.size() < end) {
        throw text.error("only %d bytes are there to be cut".formatted(first.size()));
      }
    }
    text.require("]");
    if (start > first.size()) {
      throw text.error("a slice from %d to %d".formatted(start, first.size()));
    }
    return new Slice(first, start, first.size());
  }

  private Content term(Scope inner) throws IOException {
    if (text.take("(")) {
      Content content = sequence(inner.inner());
      text.require(")");
      return content;
    }
    if (text.take("\"")) {
      return new Bytes(new StringLiteral(text).bytes());
    }
    if (text.take("<(")) {
      return new ScriptContent(script());
    }
    if (text.take("<")) {
      return new FileContent(Values.path(text.word("*[)")));
    }
    if (text.take("\\")) {
      return inner.get(text.name());
    }
    if (text.take("$")) {
      return variable(inner);
    }
    for (Map.Entry<String, Integer> word : WORDS.entrySet()) {
      if (text.take(word.getKey())) {
        return word(word.getValue());
      }
    }
    return new Bytes(new byte[] {(byte) text.number(0xff)});
  }

  private Content variable(Scope inner) throws IOException {
    String name = text.name();
    Optional<String> value = variables.apply(name);
    if (value.isEmpty()) {
      throw text.error(
          "$%s is neither a parameter nor in the environment (add %s=...)".formatted(name, name));
    }
    Parser parser = new Parser(value.get(), inner, variables);
    try {
      Content content = parser.sequence(inner.inner());
      if (parser.text.more()) {
        throw parser.text.error("nothing is open that this closes");
      }
      return content;
    } catch (ConfigException e) {
      throw new ConfigException("in $%s %s".formatted(name, e.getMessage()), e);
    }
  }

  /**
   * Read a number of several bytes.
   *
   * @param length how many, negative if the lowest is the first
   */
  private Content word(int length) throws ConfigException {
    int bytes = Math.abs(length);
    BigInteger most = BigInteger.ONE.shiftLeft(bytes * Byte.SIZE).subtract(BigInteger.ONE);
    long number = text.number(most);
    ByteBuffer word = ByteBuffer.allocate(Long.BYTES);
    word.order(length < 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN).putLong(number);
    int first = length < 0 ? 0 : Long.BYTES - bytes;
    byte[] result = new byte[bytes];
    word.get(first, result);
    return new Bytes(result);
  }

  /** Read a command up to the parenthesis that closes it. */
  private String script() throws ConfigException {
    StringBuilder command = new StringBuilder();
    for (int open = 1; ; ) {
      char next = text.take();
      open += next == '(' ? 1 : next == ')' ? -1 : 0;
      if (open == 0) {
        return command.toString();
      }
      command.append(next);
    }
  }
}
