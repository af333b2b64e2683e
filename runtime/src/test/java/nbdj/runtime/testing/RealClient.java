package nbdj.runtime.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Clients as they are installed on the system. A test whose client is missing is skipped. */
public final class RealClient {
  private static final List<Path> SYSTEM = List.of(Path.of("/usr/bin"), Path.of("/usr/local/bin"));

  /** What a client said, and how it ended. */
  public record Result(int exit, String output) {
    public String checked() {
      assertEquals(0, exit, output);
      return output;
    }
  }

  private RealClient() {}

  /** Run a client to its end. */
  public static Result run(Path folder, String tool, String... arguments) throws Exception {
    Path program =
        SYSTEM.stream()
            .map(place -> place.resolve(tool))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseGet(() -> abort(tool + " is not installed"));
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(folder, tool, ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // The system's programs first: its libnbd needs its own Python.
    builder.environment().merge("PATH", "/usr/bin:/bin", (old, first) -> first + ":" + old);
    Process process = builder.start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IOException(command + " does not end: " + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output));
    } finally {
      process.destroyForcibly();
    }
  }
}
