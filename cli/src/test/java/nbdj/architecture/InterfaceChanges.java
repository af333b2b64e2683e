package nbdj.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has changed between two texts of {@link InterfaceText}.
 *
 * @param additions what a minor version may bring: nobody's code stops compiling or running
 * @param breaches what only a major version may bring
 */
record InterfaceChanges(List<String> additions, List<String> breaches) {
  private static final Pattern TYPE_NAME =
      Pattern.compile("(?:^|\\s)(?:@interface|interface|class|enum|record) ([\\w.$]+)");
  private static final Pattern MEMBER_NAME = Pattern.compile("[\\w$<>]+(?=$|\\(| = )");
  private static final Pattern DEPRECATED = Pattern.compile("@Deprecated\\([^)]*\\) ");
  private static final Pattern API_VERSION = Pattern.compile("int API_VERSION = ([0-9]+)");

  /** One type of a text. */
  private record Described(String header, List<String> members) {}

  /** Compare a text with a later one. */
  static InterfaceChanges between(String before, String now) {
    InterfaceChanges changes = new InterfaceChanges(new ArrayList<>(), new ArrayList<>());
    Map<String, Described> old = types(withoutVersion(before));
    Map<String, Described> current = types(withoutVersion(now));
    old.forEach((name, type) -> {
      Described later = current.get(name);
      if (later == null) {
        changes.breaches.add(name + " is gone");
      } else {
        changes.compare(name, type, later);
      }
    });
    current.forEach((name, type) -> {
      if (!old.containsKey(name)) {
        changes.additions.add(name + " is new");
      }
    });
    return changes;
  }

  /**
   * Get the least version that may have these changes.
   *
   * @param before the version that they are changes of, major times 1000 plus minor
   */
  int leastVersion(int before) {
    if (!breaches.isEmpty()) {
      return (before / 1000 + 1) * 1000;
    }
    return additions.isEmpty() ? before : before + 1;
  }

  /** Get the version that a text states. */
  static int version(String text) {
    Matcher version = API_VERSION.matcher(text);
    if (!version.find()) {
      throw new AssertionError("the interface states no version");
    }
    return Integer.parseInt(version.group(1));
  }

  /** The version changes with the rest, and is no change itself. */
  private static String withoutVersion(String text) {
    return API_VERSION.matcher(text).replaceAll("int API_VERSION");
  }

  private static Map<String, Described> types(String text) {
    Map<String, Described> types = new LinkedHashMap<>();
    for (String block : text.split("\n\n", -1)) {
      List<String> lines = block.lines().toList();
      if (!lines.isEmpty()) {
        Matcher name = TYPE_NAME.matcher(lines.getFirst());
        if (!name.find()) {
          throw new AssertionError("no type: " + lines.getFirst());
        }
        List<String> members = lines.stream().skip(1).map(String::strip).toList();
        types.put(name.group(1), new Described(lines.getFirst(), members));
      }
    }
    return types;
  }

  private void compare(String name, Described before, Described now) {
    compareLine(name, before.header, now.header);
    compareConstants(name, constants(before), constants(now));
    Map<String, String> old = byKey(before);
    Map<String, String> current = byKey(now);
    old.forEach((key, line) -> {
      String later = current.get(key);
      if (later == null) {
        breaches.add("%s: gone: %s".formatted(name, line));
      } else {
        compareLine(name, line, later);
      }
    });
    current.forEach((key, line) -> {
      if (!old.containsKey(key)) {
        boolean demanded = line.contains("abstract ") && !line.contains(" = ");
        (demanded ? breaches : additions)
            .add("%s: new%s: %s".formatted(name, demanded ? " without a default" : "", line));
      }
    });
  }

  private void compareLine(String name, String before, String now) {
    if (!before.equals(now)) {
      (loosened(before).equals(loosened(now)) && isFreer(before, now) ? additions : breaches)
          .add("%s: changed: %s -> %s".formatted(name, before, now));
    }
  }

  /** Leave out of a line what may come or go without harm. */
  private static String loosened(String line) {
    return DEPRECATED.matcher(line).replaceAll("").replaceAll("\\b(abstract|default|final) ", "");
  }

  /** Tell whether a user or an implementation may do all that it could. */
  private static boolean isFreer(String before, String now) {
    return (before.contains("final ") || !now.contains("final "))
        && (before.contains("abstract ") || !now.contains("abstract "));
  }

  /** Constants have an order, so new ones may stand at the end only. */
  private void compareConstants(String name, List<String> before, List<String> now) {
    if (before.size() > now.size() || !before.equals(now.subList(0, before.size()))) {
      breaches.add("%s: constants: %s -> %s".formatted(name, before, now));
    } else if (before.size() < now.size()) {
      additions.add(
          "%s: new constants: %s".formatted(name, now.subList(before.size(), now.size())));
    }
  }

  private static List<String> constants(Described type) {
    return type.members.stream()
        .filter(InterfaceChanges::isConstant)
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }

  private static boolean isConstant(String line) {
    return line.startsWith("constant ");
  }

  /** Get the members that are no constants by their name and the types of their parameters. */
  private static Map<String, String> byKey(Described type) {
    Map<String, String> members = new LinkedHashMap<>();
    for (String line : type.members) {
      if (!isConstant(line)) {
        members.put(key(line), line);
      }
    }
    return members;
  }

  private static String key(String line) {
    String shown = line.replaceFirst("^(@[\\w.]+\\([^)]*\\) )+", "");
    String signature = shown.replaceFirst(" throws .*", "");
    Matcher name = MEMBER_NAME.matcher(signature);
    if (!name.find()) {
      throw new AssertionError("no member: " + line);
    }
    int end = signature.indexOf(')', name.end());
    // The types of parameters alone tell overloads from each other.
    return signature.substring(name.start(), end < 0 ? name.end() : end + 1);
  }
}
