package nbdj.tck;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a run of a contract has covered.
 *
 * @param contract the name of the contract's class
 * @param settings what was set for the run
 * @param checked the rules of which at least one test ran
 * @param broken those that were found broken
 * @param skipped the rules of which no test could apply, each with the reasons
 * @param warnings the recommendations that were found broken without failing a test, each with what
 *     was found
 * @param capabilities what the layer answered to each question, at one time or another
 * @param notes what the author has said that takes tests away, or could say better
 */
record Summary(
    String contract,
    Settings settings,
    SortedSet<String> checked,
    SortedSet<String> broken,
    SortedMap<String, SortedSet<String>> skipped,
    SortedMap<String, SortedSet<String>> warnings,
    SortedMap<String, SortedSet<String>> capabilities,
    SortedSet<String> notes) {

  /** Get the rules that no test can prove of a layer. */
  static Map<String, String> untested() {
    return Rules.untested();
  }

  /** Get the rules that are for layers of another kind. */
  List<String> foreign() {
    return Rules.all().keySet().stream()
        .filter(rule -> !checked.contains(rule) && !skipped.containsKey(rule))
        .filter(rule -> !untested().containsKey(rule))
        .toList();
  }

  /** Write it for people. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %d rules checked, %d broken, %d with warnings, %d skipped, %d untested, %d for other"
                .formatted(
                    contract,
                    checked.size(),
                    broken.size(),
                    warnings.size(),
                    skipped.size(),
                    untested().size(),
                    foreign().size())
            + " layers; to repeat it: "
            + settings.repeat());
    line(text, "broken", String.join(" ", broken));
    warnings.forEach((rule, findings) ->
        findings.forEach(finding ->
            line(
                text,
                "warning",
                "rule %s: %s %s".formatted(rule, Rules.sentence(rule), oneLine(finding)))));
    rulesByReason()
        .forEach((reason, rules) ->
            line(text, "skipped", "%s: %s".formatted(reason, String.join(" ", rules))));
    notes.forEach(note -> line(text, "note", note));
    line(
        text,
        "capabilities",
        capabilities.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + String.join("|", entry.getValue()))
            .collect(Collectors.joining(" ")));
    line(text, "untested", String.join(" ", untested().keySet()));
    return text.toString();
  }

  private SortedMap<String, SortedSet<String>> rulesByReason() {
    SortedMap<String, SortedSet<String>> rules = new TreeMap<>();
    skipped.forEach((rule, reasons) ->
        reasons.forEach(reason ->
            rules.computeIfAbsent(reason, absent -> new TreeSet<>(Rules.ORDER)).add(rule)));
    return rules;
  }

  private static void line(StringBuilder text, String what, String value) {
    if (!value.isEmpty()) {
      text.append(System.lineSeparator()).append("  ").append(what).append(": ").append(value);
    }
  }

  private static String oneLine(String finding) {
    return finding.lines().collect(Collectors.joining(" "));
  }
}
