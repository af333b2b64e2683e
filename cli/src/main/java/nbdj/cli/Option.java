package nbdj.cli;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option of the command.
 *
 * @param names its names, short ones and long ones
 * @param label what stands for its value; {@code ""} if it takes none
 * @param repeats it may be given several times, each with a value of its own
 * @param hidden help does not show it
 * @param help a sentence that explains it
 */
record Option(List<String> names, String label, boolean repeats, boolean hidden, String help) {
  boolean takesValue() {
    return !label.isEmpty();
  }

  /** Describe it to picocli. */
  OptionSpec spec() {
    OptionSpec.Builder spec =
        OptionSpec.builder(names.toArray(String[]::new)).hidden(hidden).description(help);
    if (!takesValue()) {
      return spec.arity("0").type(boolean.class).build();
    }
    spec.arity("1").paramLabel(label);
    return repeats
        ? spec.type(List.class).auxiliaryTypes(String.class).build()
        : spec.type(String.class).build();
  }
}
