package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The units of systemd that a page shows are those that can be taken. */
class UnitTests {
  private static final Pattern SHOWN =
      Pattern.compile("(?s)```ini\\n# /etc/systemd/system/(\\S+)\\n(.*?)```");

  @Test
  void unitsThatThePageShows_areTheExamples() throws IOException {
    Map<String, String> shown = new TreeMap<>();
    Matcher block = SHOWN.matcher(Poms.text("docs/service.md"));
    while (block.find()) {
      shown.put(block.group(1), block.group(2));
    }
    Map<String, String> examples = new TreeMap<>();
    try (Stream<Path> files = Files.list(Poms.ROOT.resolve("examples/systemd"))) {
      for (Path file : files.toList()) {
        examples.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    assertEquals(examples, shown);
  }
}
