package nbdj.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A file that tells the process id as long as the server is ready.
 *
 * <p>It appears whole, so that whoever waits for it can read it at once.
 */
final class PidFile implements Closeable {
  private static final String CONTENT = ProcessHandle.current().pid() + "\n";

  private final Optional<Path> path;

  /** It was written, so that there is something to remove. */
  private boolean written;

  /** Make a file that is not there yet; empty stands for none at all. */
  PidFile(Optional<Path> path) {
    this.path = path.map(Path::toAbsolutePath);
  }

  /** Write the file, over one that is there. */
  void write() throws IOException {
    if (path.isEmpty()) {
      return;
    }
    Path draft = path.get().resolveSibling(path.get().getFileName() + "." + CONTENT.strip());
    try {
      Files.writeString(draft, CONTENT);
      Files.move(draft, path.get(), StandardCopyOption.ATOMIC_MOVE);
      written = true;
    } catch (IOException e) {
      IOException failure = new IOException("cannot write the pid file: " + Sentences.of(e), e);
      try {
        Files.deleteIfExists(draft);
      } catch (IOException onDelete) {
        failure.addSuppressed(onDelete);
      }
      throw failure;
    }
  }

  /** Remove the file, unless another process has put its own in its place. */
  @Override
  public void close() throws IOException {
    if (!written) {
      return;
    }
    Path file = path.orElseThrow();
    try {
      if (Files.readString(file).equals(CONTENT)) {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw new IOException("cannot remove the pid file: " + Sentences.of(e), e);
    }
  }
}
