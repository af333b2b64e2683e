package nbdj.architecture;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the rules look at in a source file.
 *
 * @param path from the root of the tree, with {@code /}
 * @param packageName the package it declares
 * @param uses the packages that its code names, in an import or in full; comments do not count
 * @param lines how many lines it has
 */
record SourceFile(String path, String packageName, Set<String> uses, long lines) {
  private static final Pattern TEXT_OR_COMMENT =
      Pattern.compile(
          String.join(
              "|",
              "\"\"\"[\\s\\S]*?\"\"\"",
              "\"(?:\\\\.|[^\"\\\\\\n])*\"",
              "'(?:\\\\.|[^'\\\\\\n])+'",
              "//[^\\n]*",
              "/\\*[\\s\\S]*?\\*/"));
  private static final Pattern PACKAGE = Pattern.compile("\\bpackage\\s+([\\w.]+)\\s*;");
  private static final Pattern IMPORT =
      Pattern.compile("\\bimport\\s+(?:static\\s+)?([a-z]\\w*(?:\\.[a-z]\\w*)*)");
  private static final Pattern FULL_NAME =
      Pattern.compile("(?<![.\\w])((?:nbdj|com|org|io|net|info|picocli)(?:\\.[a-z]\\w*)+)\\.[A-Z]");

  /** Read a file's text. */
  static SourceFile of(String path, String text) {
    String code = TEXT_OR_COMMENT.matcher(text).replaceAll(" ");
    Matcher declared = PACKAGE.matcher(code);
    if (!declared.find()) {
      throw new AssertionError(path + " declares no package");
    }
    Set<String> uses = new TreeSet<>();
    for (Pattern pattern : Set.of(IMPORT, FULL_NAME)) {
      pattern.matcher(code).results().forEach(found -> uses.add(found.group(1)));
    }
    return new SourceFile(path, declared.group(1), uses, text.lines().count());
  }

  /** Get the module's folder: all in front of {@code src}. */
  String module() {
    return path.substring(0, path.indexOf("/src/"));
  }

  /** Tell whether a package is one of some, or inside one. */
  static boolean isWithin(String packageName, Set<String> some) {
    return some.stream().anyMatch(one -> (packageName + ".").startsWith(one + "."));
  }
}
