package nbdj.data;

import java.util.HashMap;
import java.util.Map;
import nbdj.api.ConfigException;
import org.jspecify.annotations.Nullable;

/** The names that stand for content in one pair of parentheses, and in those around it. */
final class Scope {
  /** Deeper than anybody nests by hand; more is a variable that contains itself. */
  private static final int MOST_DEPTH = 200;

  private final @Nullable Scope around;
  private final int depth;
  private final Map<String, Content> names = new HashMap<>();

  /** Make the outermost scope. */
  Scope() {
    this(null, 0);
  }

  private Scope(@Nullable Scope around, int depth) {
    this.around = around;
    this.depth = depth;
  }

  /** Make a scope inside this one. */
  Scope inner() throws ConfigException {
    if (depth == MOST_DEPTH) {
      throw new ConfigException("more than %d levels deep".formatted(MOST_DEPTH));
    }
    return new Scope(this, depth + 1);
  }

  void define(String name, Content content) {
    names.put(name, content);
  }

  Content get(String name) throws ConfigException {
    for (Scope scope = this; scope != null; scope = scope.around) {
      Content content = scope.names.get(name);
      if (content != null) {
        return content;
      }
    }
    throw new ConfigException(
        "\\%s: not defined here (write EXPRESSION -> \\%s before it)".formatted(name, name));
  }
}
