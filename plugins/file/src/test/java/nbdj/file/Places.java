package nbdj.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import nbdj.api.Flags;

/** Folders on different file systems, and files in them. */
final class Places {
  private Places() {}

  /** Get the folders to test in: the temporary one and, where there is one, a tmpfs. */
  static Stream<Path> folders() {
    return Stream.of(Path.of(System.getProperty("java.io.tmpdir")), Path.of("/dev/shm"))
        .filter(Files::isWritable);
  }

  /** Make a file that is one hole, to be deleted by the caller. */
  static Path sparseFile(Path folder, long size) throws IOException {
    Path file = Files.createTempFile(folder, "nbdj-file", ".img");
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(size);
    }
    return file;
  }

  /** Tell whether holes can be made and seen in a folder. */
  static boolean knowsHoles(Path folder) throws IOException {
    if (!SystemControls.ofThisSystem().isNative()) {
      return false;
    }
    Path file = sparseFile(folder, 1 << 20);
    try (Served served = Served.of(file)) {
      served.fill(0, 1 << 20, 1);
      served.handle.trim(1 << 18, 1 << 19, Flags.NONE);
      return served.extents(0, 1 << 20).size() == 3;
    } finally {
      Files.delete(file);
    }
  }

  /** Run a command that must succeed and get what it printed. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("%s: %s".formatted(List.of(command), output));
    }
    return output.strip();
  }
}
