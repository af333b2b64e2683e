package nbdj.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The way into the background. The launcher has started this process there, in a session of its
 * own, and waits at a pipe for a line with the exit status that it shall end with.
 *
 * @param descriptor the pipe
 */
record Background(int descriptor) {
  /** The system property by which the launcher names the pipe. */
  private static final String PROPERTY = "nbdj.background";

  /** Find out whether the launcher waits. */
  static Optional<Background> ofThisProcess() {
    return Optional.ofNullable(Integer.getInteger(PROPERTY)).map(Background::new);
  }

  /** Let go of the standard streams and of whoever waits for the start, which succeeded. */
  void enter() throws IOException {
    int nothing = Libc.open("/dev/null");
    for (int stream = 0; stream <= 2; stream++) {
      Libc.duplicate(nothing, stream);
    }
    if (nothing > 2) {
      Libc.close(nothing);
    }
    end(0);
  }

  /** Have the launcher end with a status. */
  void end(int status) throws IOException {
    try (var pipe = new FileOutputStream("/dev/fd/" + descriptor)) {
      pipe.write("%d\n".formatted(status).getBytes(StandardCharsets.US_ASCII));
    }
    Libc.close(descriptor);
  }
}
