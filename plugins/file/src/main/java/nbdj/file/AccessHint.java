package nbdj.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a file will be read, for the system's read-ahead. */
enum AccessHint {
  NORMAL(0),
  RANDOM(1),
  SEQUENTIAL(2);

  private static final Logger LOG = LoggerFactory.getLogger(AccessHint.class);

  /** The number for {@code posix_fadvise}. */
  private final int advice;

  AccessHint(int advice) {
    this.advice = advice;
  }

  /** Get the hint of a parameter's value. */
  static AccessHint of(String value) {
    return switch (value) {
      case "random" -> RANDOM;
      case "sequential" -> SEQUENTIAL;
      default -> NORMAL;
    };
  }

  /**
   * Give the hint for an open file of a system that the native calls are made for.
   *
   * <p>Read-ahead belongs to the descriptor, and a channel does not give its own away. So the hint
   * goes to every descriptor of the process that is of this file.
   */
  void apply(OpenFile file) throws IOException {
    if (this == NORMAL) {
      return;
    }
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        if (isOf(descriptor, file)) {
          SystemCalls.fadvise(Integer.parseInt(descriptor.getFileName().toString()), 0, 0, advice);
        }
      }
    } catch (LinkageError e) {
      LOG.debug("no hint about access: no native calls", e);
    }
  }

  private static boolean isOf(Path descriptor, OpenFile file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(descriptor, BasicFileAttributes.class);
      return file.key().equals(attributes.fileKey());
    } catch (IOException e) {
      // It was closed meanwhile, or is nothing that could be looked at.
      return false;
    }
  }
}
