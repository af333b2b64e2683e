package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** Who imports the BOM gets the version of everything that there is, and of nothing else. */
class BomTests {
  /** Archetypes are named on a command line, never as a dependency. */
  private static boolean isDependency(String folder, Element pom) {
    return Poms.child(pom, "packaging").orElse("jar").equals("jar")
        && !folder.startsWith("archetypes/");
  }

  @Test
  void everyJarOfTheBuild_isListedInItsOrder() throws IOException {
    List<String> jars = new ArrayList<>();
    for (String folder : Poms.modules()) {
      Element pom = Poms.read(folder);
      if (isDependency(folder, pom)) {
        jars.add(
            "nbdj:%s:${project.version}".formatted(Poms.child(pom, "artifactId").orElseThrow()));
      }
    }
    assertFalse(jars.isEmpty());
    assertEquals(
        jars,
        Poms.elements(Poms.read("bom"), "dependency").map(BomTests::coordinates).toList(),
        "bom/pom.xml lists every jar module of the root's pom.xml, in the order of the build");
  }

  private static String coordinates(Element dependency) {
    return String.join(
        ":",
        Poms.child(dependency, "groupId").orElseThrow(),
        Poms.child(dependency, "artifactId").orElseThrow(),
        Poms.child(dependency, "version").orElseThrow());
  }

  @Test
  void version_isThatOfTheBuild() throws IOException {
    assertEquals(Optional.of(Poms.version()), Poms.child(Poms.read("bom"), "version"));
  }

  @Test
  void parent_isNone() throws IOException {
    assertEquals(
        0,
        Poms.elements(Poms.read("bom"), "parent").count(),
        "an import brings the dependencyManagement of the parent too");
  }
}
