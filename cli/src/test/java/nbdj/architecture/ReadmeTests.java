package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README is the contract: what it shows is what there is. */
final class ReadmeTests {
  private static final Path ROOT = Path.of("..");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)\\)");

  @Test
  void plugin_isTheOneOfTheExample() throws IOException {
    Matcher shown = JAVA.matcher(readme());
    assertTrue(shown.find(), "the README shows no Java");
    String example =
        Files.readString(
            ROOT.resolve("examples/hello-plugin/src/main/java/example/HelloPlugin.java"));
    assertTrue(
        example.endsWith(shown.group(1)),
        () -> "not the end of HelloPlugin.java:\n" + shown.group(1));
  }

  @Test
  void links_leadSomewhere() throws IOException {
    Matcher link = LINK.matcher(readme());
    assertTrue(link.find(), "the README links to nothing");
    do {
      Path target = ROOT.resolve(link.group(1));
      assertTrue(Files.exists(target), () -> "no such file: " + target);
    } while (link.find());
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }
}
