package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The engine can be taken out and used alone: it knows nothing but the JDK. */
final class IndependenceTests {

  private static final Pattern PACKAGE = Pattern.compile("\\b(nbdj/\\w+|org/\\w+|com/\\w+)/");

  @Test
  void engine_knowsOnlyItself() throws IOException, URISyntaxException {
    Path home =
        Path.of(Ext4FileSystem.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<String> known = new TreeSet<>();
    try (Stream<Path> files = Files.list(home.resolve("nbdj/ext4"))) {
      List<Path> classes = files.filter(path -> path.toString().endsWith(".class")).toList();
      assertTrue(classes.size() > 20);
      for (Path path : classes) {
        String text = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        PACKAGE.matcher(text).results().map(MatchResult::group).forEach(known::add);
      }
    }
    known.remove("org/jspecify/");
    assertEquals(Set.of("nbdj/ext4/"), known);
  }
}
