package nbdj.tck.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A client of others that is installed on the system, or not: then its test is skipped. */
final class Tool {
  private static final String SYSTEM = "/usr/bin:/usr/local/bin:/bin";

  /**
   * What a tool said, and how it ended.
   *
   * @param exit 0 if all went well
   * @param output both streams
   */
  record Result(int exit, String output) {}

  private final Path program;

  private Tool(Path program) {
    this.program = program;
  }

  /** Find a tool, or skip the test. */
  static Tool named(String name) {
    String path = SYSTEM + ":" + System.getenv().getOrDefault("PATH", "");
    List<Path> found =
        Stream.of(path.split(":"))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .toList();
    Chapter.applies(!found.isEmpty(), name + " is not installed");
    return new Tool(found.getFirst());
  }

  /** Run it to its end. */
  Result run(Path folder, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(Arrays.asList(arguments));
    Path output = Files.createTempFile(folder, "tool", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // The system's own interpreter first: nbdsh is a script, whose module may be there alone.
    builder.environment().merge("PATH", SYSTEM, (old, first) -> first + ":" + old);
    Process process = builder.start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new BrokenClause(
            "Transmission phase",
            "%s does not end; it said '%s'".formatted(command, Files.readString(output)),
            null);
      }
      return new Result(process.exitValue(), Files.readString(output).strip());
    } finally {
      process.destroyForcibly();
    }
  }
}
