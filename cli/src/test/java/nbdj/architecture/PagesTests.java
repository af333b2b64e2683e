package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages for people show is what there is. */
class PagesTests {
  private static final Pattern VERSION = Pattern.compile("\\b[0-9]+\\.[0-9]+\\.[0-9]+-SNAPSHOT\\b");

  private static final Pattern RULE = Pattern.compile("(?m)^rule ([A-Z]-[0-9]+): (.*)$");

  private static final Map<String, Page> PAGES = new TreeMap<>();

  @BeforeAll
  static void readPages() throws IOException {
    Page.all().forEach(page -> PAGES.put(page.path(), page));
    assertTrue(PAGES.containsKey("README.md") && PAGES.containsKey("docs/nbdj.md"));
  }

  private static Stream<Page> pages() {
    return PAGES.values().stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_leadSomewhere(Page page) throws IOException {
    for (Page.Link link : page.links()) {
      Path target = Poms.ROOT.resolve(link.target());
      assertTrue(Files.exists(target), () -> page.path() + " links to " + link.target());
      if (!link.anchor().isEmpty()) {
        Set<String> anchors = Page.of(link.target()).anchors();
        assertTrue(
            anchors.contains(link.anchor()),
            () -> "%s links to %s, which has only %s".formatted(page.path(), link, anchors));
      }
    }
  }

  @Test
  void everyPage_canBeReachedFromTheReadme() {
    Set<String> reached = new TreeSet<>();
    Deque<String> next = new ArrayDeque<>(List.of("README.md"));
    while (!next.isEmpty()) {
      String path = next.remove();
      Page page = PAGES.get(path);
      if (page != null && reached.add(path)) {
        page.links().forEach(link -> next.add(link.target()));
      }
    }
    assertEquals(PAGES.keySet(), reached);
  }

  @Test
  void javaShown_isAPartOfAFileThatIsCompiled() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(Poms.ROOT)) {
      for (Path path : paths.filter(p -> p.toString().endsWith(".java")).toList()) {
        String name = Poms.ROOT.relativize(path).toString().replace('\\', '/');
        if (name.contains("src/main/java/") || name.contains("src/test/java/")) {
          sources.add(layoutAside(Files.readString(path)));
        }
      }
    }
    for (Page page : PAGES.values()) {
      if (page.path().equals("docs/script.md")) {
        // Whole scripts, which the plugin's own tests compile.
        continue;
      }
      assertFalse(
          page.text().contains("```java "), () -> page.path() + " has code that is not compiled");
      for (String block : page.blocks("java")) {
        String code = layoutAside(block);
        assertTrue(
            sources.stream().anyMatch(source -> source.contains(code)),
            () ->
                "%s shows what is in no source file that is compiled:\n%s"
                    .formatted(page.path(), block));
      }
    }
  }

  /** A page may be narrower than a source file. */
  private static String layoutAside(String code) {
    return code.replaceAll("\\s", "");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void versionNamed_isThatOfTheBuild(Page page) throws IOException {
    String version = Poms.version();
    VERSION
        .matcher(page.text())
        .results()
        .forEach(found -> assertEquals(version, found.group(), page.path()));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void rulesQuoted_areWordedAsTheTestsWordThem(Page page) throws IOException {
    List<String> rules = Poms.text("tck/src/main/resources/nbdj/tck/rules.txt").lines().toList();
    RULE.matcher(page.text())
        .results()
        .map(rule -> rule.group(1) + " " + rule.group(2))
        .forEach(rule -> assertTrue(rules.contains(rule), rule));
  }

  @Test
  void guides_nameEveryCallback() {
    assertNames("docs/write-a-plugin.md", Plugin.class, PluginHandle.class);
    assertNames("docs/write-a-filter.md", Filter.class, FilterHandle.class);
  }

  private static void assertNames(String path, Class<?>... types) {
    Page page = PAGES.getOrDefault(path, new Page(path, ""));
    Set<String> missing =
        Arrays.stream(types)
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .filter(method -> !method.isSynthetic())
            .map(method -> "`%s`".formatted(method.getName()))
            .filter(name -> !page.text().contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), missing, path + " must say what these are for");
  }

  @Test
  void pluginOfTheReadme_isTheWholeOfTheExample() throws IOException {
    String example = Poms.text("examples/hello-plugin/src/main/java/example/HelloPlugin.java");
    String shown = Page.of("README.md").blocks("java").getFirst();
    assertTrue(example.endsWith(shown), () -> "not the end of HelloPlugin.java:\n" + shown);
    assertTrue(shown.startsWith("@AutoService(Plugin.class)\n"), shown);
  }
}
