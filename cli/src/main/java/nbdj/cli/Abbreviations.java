package nbdj.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Long options cut short, as those of all GNU programs may be. */
final class Abbreviations {
  private Abbreviations() {}

  /**
   * Write out what is cut short. What follows {@code --}, and the value of an option, stay as they
   * are; so does what begins no option.
   *
   * @throws UsageException if a word may be cut from several options
   */
  static String[] writeOut(CommandSpec spec, String... words) throws UsageException {
    Map<String, OptionSpec> options = spec.optionsMap();
    List<String> all = new ArrayList<>();
    boolean open = true;
    boolean value = false;
    for (String word : words) {
      open &= !word.equals("--");
      String written = open && !value && word.startsWith("--") ? writeOut(options, word) : word;
      OptionSpec option = options.get(written);
      value = open && !value && option != null && option.arity().min() > 0;
      all.add(written);
    }
    return all.toArray(String[]::new);
  }

  private static String writeOut(Map<String, OptionSpec> options, String word)
      throws UsageException {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    if (options.containsKey(name)) {
      return word;
    }
    List<String> longer =
        options.keySet().stream().filter(n -> n.startsWith(name)).sorted().toList();
    if (longer.isEmpty()) {
      return word;
    }
    if (longer.stream().map(options::get).distinct().count() > 1) {
      throw new UsageException("%s: may be %s".formatted(name, String.join(", ", longer)));
    }
    return longer.getFirst() + word.substring(name.length());
  }
}
