package nbdj.exportname;

import java.util.Optional;
import nbdj.api.ConfigException;

/** Where the descriptions of exports come from. Safe for use by many threads. */
@FunctionalInterface
interface Descriptions {
  /** Those of the layer below. */
  Descriptions KEPT = (name, below) -> below;

  /**
   * Get the description of an export.
   *
   * @param below that of the layer below
   */
  Optional<String> of(String name, Optional<String> below);

  /** Read the parameter. */
  static Descriptions of(String value) throws ConfigException {
    if (value.equals("keep")) {
      return KEPT;
    }
    if (value.equals("none")) {
      return (name, below) -> Optional.empty();
    }
    if (value.startsWith("fixed:")) {
      Optional<String> text = Optional.of(value.substring("fixed:".length()));
      return (name, below) -> text;
    }
    if (value.startsWith("script:")) {
      DescribingCommand command = new DescribingCommand(value.substring("script:".length()));
      return (name, below) -> command.describe(name);
    }
    throw new ConfigException("must be keep, none, fixed:TEXT or script:COMMAND");
  }
}
