package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/**
 * A new project is one of the examples under other names, so that what is read, what is compiled
 * and what is made are the same.
 */
class ArchetypeTests {
  @ParameterizedTest
  @CsvSource({"plugin, hello-plugin, hello, HelloPlugin", "filter, skip-filter, skip, SkipFilter"})
  void projectUnderTheNamesOfTheExample_isTheExample(
      String kind, String artifactId, String name, String className) throws IOException {
    Map<String, String> names =
        Map.of(
            "groupId",
            "example",
            "package",
            "example",
            "package.replace(\".\", \"/\")",
            "example",
            "artifactId",
            artifactId,
            "version",
            "1.0-SNAPSHOT",
            "name",
            name,
            "className",
            className,
            "nbdjVersion",
            Poms.version());
    SortedMap<String, String> made = new TreeMap<>();
    read("archetypes/%s/src/main/resources/archetype-resources".formatted(kind))
        .forEach((path, text) ->
            made.put(
                path.replace("__className__", className).replace("/java/", "/java/example/"),
                filled(text, names)));
    SortedMap<String, String> example = read("examples/" + artifactId);
    assertEquals(example.keySet(), made.keySet());
    example.forEach((path, text) -> assertEquals(text, made.get(path), path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello-plugin", "skip-filter"})
  void versionsOfTheExample_areThoseOfTheBuild(String example) throws IOException {
    Map<String, String> ours = versions(Poms.read("."));
    versions(Poms.read("examples/" + example))
        .forEach((name, version) ->
            assertEquals(ours.getOrDefault(name, version), version, example + ": " + name));
  }

  /** Get the properties that are versions, and the versions of Maven's plugins. */
  private static Map<String, String> versions(Element pom) {
    Map<String, String> versions = new TreeMap<>();
    Poms.elements(pom, "plugin")
        .forEach(plugin ->
            Poms.child(plugin, "version")
                .ifPresent(version ->
                    versions.put(Poms.child(plugin, "artifactId").orElseThrow(), version)));
    Poms.elements(pom, "*")
        .filter(element -> element.getTagName().endsWith(".version"))
        .forEach(element -> versions.put(element.getTagName(), element.getTextContent()));
    assertFalse(versions.isEmpty());
    return versions;
  }

  private static String filled(String template, Map<String, String> names) {
    String text = template;
    for (Map.Entry<String, String> name : names.entrySet()) {
      text = text.replace("${" + name.getKey() + "}", name.getValue());
    }
    return text;
  }

  /** Read the files of a folder by their paths in it, without what a build has made. */
  private static SortedMap<String, String> read(String folder) throws IOException {
    Path top = Poms.ROOT.resolve(folder);
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = top.relativize(path).toString().replace('\\', '/');
        if (!name.startsWith("target/")) {
          files.put(name, Files.readString(path));
        }
      }
    }
    return files;
  }
}
