package nbdj.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of Markdown for people.
 *
 * @param path from the root of the tree, with {@code /}
 * @param text all of it
 */
record Page(String path, String text) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```([^\n]*)\n(.*?)^```$");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(#[^)]*)?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  /**
   * A link to something in the tree.
   *
   * @param target the path it leads to, from the root of the tree
   * @param anchor the heading it leads to, as it stands in the address; {@code ""} for the whole
   */
  record Link(String target, String anchor) {}

  /** Read the pages for people: those at the root, and those of docs. */
  static List<Page> all() throws IOException {
    List<Page> pages = new ArrayList<>();
    for (String folder : List.of(".", "docs")) {
      try (Stream<Path> files = Files.list(Poms.ROOT.resolve(folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
          pages.add(of(Poms.ROOT.relativize(file.normalize()).toString().replace('\\', '/')));
        }
      }
    }
    return pages;
  }

  /** Read one page. */
  static Page of(String path) throws IOException {
    return new Page(path, Files.readString(Poms.ROOT.resolve(path)));
  }

  /** Get the blocks of code whose fence says this and nothing else, for example {@code java}. */
  List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /** Get the links to other files and to headings. */
  List<Link> links() {
    List<Link> links = new ArrayList<>();
    Matcher link = LINK.matcher(BLOCK.matcher(text).replaceAll(""));
    while (link.find()) {
      Path target =
          link.group(1).isEmpty()
              ? Path.of(path)
              : Path.of(path).resolveSibling(link.group(1)).normalize();
      String anchor = link.group(2) == null ? "" : link.group(2).substring(1);
      links.add(new Link(target.toString().replace('\\', '/'), anchor));
    }
    return links;
  }

  /** Get the headings as they stand in an address. */
  Set<String> anchors() {
    return HEADING
        .matcher(BLOCK.matcher(text).replaceAll(""))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
