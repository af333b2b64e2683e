package nbdj.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that tells the process id as long as the server is ready.
 *
 * <p>It appears whole, so that whoever waits for it can read it at once.
 */
final class PidFile implements Closeable {
  private static final String CONTENT = ProcessHandle.current().pid() + "\n";

  private final Path path;

  private PidFile(Path path) {
    this.path = path;
  }

  /** Write the file, over one that is there. */
  static PidFile write(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path draft =
        absolute.resolveSibling("%s.%s".formatted(absolute.getFileName(), CONTENT.strip()));
    try {
      Files.writeString(draft, CONTENT);
      Files.move(draft, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      IOException failure = new IOException("cannot write the pid file: " + Sentences.of(e), e);
      try {
        Files.deleteIfExists(draft);
      } catch (IOException onDelete) {
        failure.addSuppressed(onDelete);
      }
      throw failure;
    }
    return new PidFile(absolute);
  }

  /** Remove the file, unless another process has put its own in its place. */
  @Override
  public void close() throws IOException {
    try {
      if (Files.readString(path).equals(CONTENT)) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw new IOException("cannot remove the pid file: " + Sentences.of(e), e);
    }
  }
}
