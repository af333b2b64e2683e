package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dependencies point one way, and files stay small. */
class ArchitectureTests {
  private static final Path ROOT = Poms.ROOT;

  private static final Set<String> JDK = Set.of("java", "javax", "jdk", "sun", "com.sun");

  /** What each module may use of this project. A layer's own packages come to these. */
  private static final Map<String, Set<String>> OF_THE_PROJECT =
      Map.of(
          "api", Set.of("nbdj.api"),
          "client", Set.of("nbdj.client"),
          "runtime", Set.of("nbdj.api", "nbdj.runtime"),
          "cli", Set.of("nbdj.api", "nbdj.runtime", "nbdj.cli"),
          "ext4", Set.of("nbdj.ext4"),
          "filters/ext2", Set.of("nbdj.api", "nbdj.ext4"),
          "plugins/data", Set.of("nbdj.api", "nbdj.memory"),
          "plugins/nbd", Set.of("nbdj.api", "nbdj.client"),
          "junit",
              Set.of(
                  "nbdj.api",
                  "nbdj.runtime",
                  "nbdj.client",
                  "nbdj.memory",
                  "nbdj.error",
                  "nbdj.delay",
                  "nbdj.junit"),
          "tck", Set.of("nbdj.api", "nbdj.runtime", "nbdj.client", "nbdj.tck"));

  private static final Set<String> OF_THE_PROJECT_FOR_LAYERS = Set.of("nbdj.api");

  /** The libraries of those modules that third parties' code runs beside. */
  private static final Set<String> API_LIBRARIES = Set.of("org.slf4j", "org.jspecify");

  private static final Set<String> LAYER_LIBRARIES =
      Set.of("org.slf4j", "org.jspecify", "com.google.auto.service");

  /** The packages inside the runtime and the others that each may use. */
  private static final Map<String, Set<String>> STATIONS =
      Map.of(
          "server", Set.of("transport", "protocol", "chain", "discovery"),
          "protocol", Set.of("transport", "chain"),
          "transport", Set.of(),
          "chain", Set.of(),
          "discovery", Set.of());

  private static final int MOST_LINES = 400;

  /** Files that may be longer, each with its reason. */
  private static final Map<String, String> LONGER_WITH_REASON =
      Map.of(
          "junit/src/main/java/nbdj/junit/NbdDisk.java",
          "All that a test's author types, in one place; hardly a method has more than two lines.");

  private static final List<SourceFile> FILES = new ArrayList<>();

  @BeforeAll
  static void readSources() throws IOException {
    for (String folder :
        List.of("api", "client", "ext4", "runtime", "cli", "tck", "junit", "plugins", "filters")) {
      try (Stream<Path> paths = Files.walk(ROOT.resolve(folder))) {
        for (Path path : paths.filter(ArchitectureTests::isMainSource).toList()) {
          FILES.add(SourceFile.of(relative(path), Files.readString(path)));
        }
      }
    }
  }

  private static String relative(Path path) {
    return ROOT.relativize(path).toString().replace('\\', '/');
  }

  private static boolean isMainSource(Path path) {
    String name = relative(path);
    return name.contains("/src/main/java/") && name.endsWith(".java");
  }

  private static Stream<SourceFile> in(String folder) {
    return FILES.stream().filter(file -> file.path().startsWith(folder + "/"));
  }

  private static Stream<SourceFile> layers() {
    return Stream.concat(in("plugins"), in("filters"));
  }

  /** Get the packages that a file uses and a rule forbids, as text with the file in front. */
  private static Stream<String> uses(SourceFile file, Predicate<String> forbidden) {
    return file.uses().stream().filter(forbidden).map(used -> file.path() + " uses " + used);
  }

  private static void assertNone(Stream<String> violations, String rule) {
    assertEquals(List.of(), violations.sorted().toList(), rule);
  }

  private static Map<String, Set<String>> packagesByModule() {
    return FILES.stream()
        .collect(
            Collectors.groupingBy(
                SourceFile::module,
                TreeMap::new,
                Collectors.mapping(
                    SourceFile::packageName, Collectors.toCollection(TreeSet::new))));
  }

  @Test
  void sources_ofAllKindsOfModules_areFound() {
    for (String folder : List.of("api", "client", "runtime", "filters")) {
      assertTrue(in(folder).findAny().isPresent(), "no source in " + ROOT.resolve(folder));
    }
  }

  @Test
  void modules_useOnlyWhatIsBelowThem() {
    Map<String, Set<String>> own = packagesByModule();
    assertNone(
        FILES.stream()
            .flatMap(file -> {
              Set<String> allowed =
                  new HashSet<>(
                      OF_THE_PROJECT.getOrDefault(file.module(), OF_THE_PROJECT_FOR_LAYERS));
              allowed.addAll(own.getOrDefault(file.module(), Set.of()));
              return uses(
                  file,
                  used ->
                      SourceFile.isWithin(used, Set.of("nbdj"))
                          && !SourceFile.isWithin(used, allowed));
            }),
        "api <- runtime <- cli; api <- plugins, filters; api, runtime, client <- tck; ext4 <- filters/ext2."
            + " client <- plugins/nbd; memory <- plugins/data. No layer sees another, and nobody but"
            + " its own module names a layer, save junit, which is made of some, and data, which is"
            + " a memory disk.");
  }

  @Test
  void packages_belongToOneModule() {
    Map<String, Set<String>> owners = new TreeMap<>();
    FILES.forEach(file ->
        owners.computeIfAbsent(file.packageName(), p -> new TreeSet<>()).add(file.module()));
    assertNone(
        owners.entrySet().stream().filter(e -> e.getValue().size() > 1).map(Object::toString),
        "A package in two modules hides who depends on whom.");
  }

  @Test
  void api_usesTheJdkAndLoggingAlone() {
    assertNone(
        in("api").flatMap(file -> uses(file, used -> isForeign(used, API_LIBRARIES))),
        "What the api uses every plugin gets, in the server's version.");
  }

  @Test
  void client_usesTheJdkAlone() {
    assertNone(
        in("client").flatMap(file -> uses(file, used -> isForeign(used, Set.of("org.jspecify")))),
        "The client is for any program, which has libraries of its own.");
  }

  @Test
  void layers_useNoLibraryOfTheServers() {
    assertNone(
        layers().flatMap(file -> uses(file, used -> isForeign(used, LAYER_LIBRARIES))),
        "A layer sees the JDK, nbdj.api and slf4j; a library of its own would have to be packed"
            + " with it, for which its build has no step.");
  }

  private static boolean isForeign(String used, Set<String> libraries) {
    return !SourceFile.isWithin(used, JDK)
        && !SourceFile.isWithin(used, Set.of("nbdj"))
        && !SourceFile.isWithin(used, libraries);
  }

  @Test
  void ext4Engine_usesTheJdkAlone() {
    assertNone(
        in("ext4").flatMap(file -> uses(file, used -> isForeign(used, Set.of("org.jspecify")))),
        "The engine can be used and tested alone.");
  }

  @Test
  void runtimePackages_useOnlyThoseFurtherOn() {
    assertNone(
        in("runtime")
            .flatMap(file -> {
              String station = station(file.packageName());
              Set<String> further = STATIONS.get(station);
              return further == null
                  ? Stream.of(file.packageName() + " has no place in this test's STATIONS")
                  : uses(file, used -> isBackwards(used, station, further));
            }),
        "server -> transport, protocol, chain, discovery; protocol -> transport, chain; transport,"
            + " chain and discovery use nothing of the runtime.");
  }

  private static boolean isBackwards(String used, String station, Set<String> further) {
    return SourceFile.isWithin(used, Set.of("nbdj.runtime"))
        && !station(used).equals(station)
        && !further.contains(station(used));
  }

  /** Get the first name behind {@code nbdj.runtime}; {@code ""} for anything else. */
  private static String station(String packageName) {
    String prefix = "nbdj.runtime.";
    return packageName.startsWith(prefix)
        ? packageName.substring(prefix.length()).replaceFirst("\\..*", "")
        : "";
  }

  @Test
  void files_areSmall() {
    assertNone(
        FILES.stream()
            .filter(file -> file.lines() > MOST_LINES)
            .filter(file -> !LONGER_WITH_REASON.containsKey(file.path()))
            .map(file -> "%s has %d lines".formatted(file.path(), file.lines())),
        "At most %d lines: what passes that is two types.".formatted(MOST_LINES));
  }

  @Test
  void exceptionsFromSmallFiles_areStillNeeded() {
    Map<String, Long> lines =
        FILES.stream().collect(Collectors.toMap(SourceFile::path, SourceFile::lines));
    assertNone(
        LONGER_WITH_REASON.keySet().stream()
            .filter(path -> lines.getOrDefault(path, 0L) <= MOST_LINES),
        "These need no exception any more.");
  }

  @Test
  void packages_areNullMarked() throws IOException {
    List<String> unmarked = new ArrayList<>();
    for (Map.Entry<String, Set<String>> module : packagesByModule().entrySet()) {
      for (String name : module.getValue()) {
        Path info =
            ROOT.resolve(module.getKey())
                .resolve("src/main/java")
                .resolve(name.replace('.', '/'))
                .resolve("package-info.java");
        if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
          unmarked.add(name);
        }
      }
    }
    assertNone(unmarked.stream(), "Without @NullMarked in its package-info NullAway looks away.");
  }
}
