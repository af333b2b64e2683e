package nbdj.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What a path leads to. */
enum FileKind {
  REGULAR,
  BLOCK_DEVICE,
  DIRECTORY,
  /** A pipe, a socket, a character device: nothing that could be served. */
  OTHER;

  private static final int FORMAT_MASK = 0170000;
  private static final int FORMAT_BLOCK = 0060000;

  /** Find out without opening it, which of a pipe would wait for a writer. */
  static FileKind of(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isRegularFile()) {
      return REGULAR;
    }
    if (attributes.isDirectory()) {
      return DIRECTORY;
    }
    boolean hasMode = path.getFileSystem().supportedFileAttributeViews().contains("unix");
    return hasMode && ((int) Files.getAttribute(path, "unix:mode") & FORMAT_MASK) == FORMAT_BLOCK
        ? BLOCK_DEVICE
        : OTHER;
  }

  /** Tell whether it can be served. */
  boolean isServable() {
    return this == REGULAR || this == BLOCK_DEVICE;
  }
}
