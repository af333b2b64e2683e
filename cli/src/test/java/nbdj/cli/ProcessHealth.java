package nbdj.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process of Linux holds.
 *
 * @param descriptors how many open files and sockets
 * @param threads how many threads
 * @param kib how much memory, in KiB
 */
record ProcessHealth(int descriptors, int threads, long kib) {
  /** Look at a process. */
  static ProcessHealth of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    int descriptors;
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      descriptors = (int) files.count();
    }
    String status = Files.readString(process.resolve("status"));
    return new ProcessHealth(
        descriptors, (int) number(status, "Threads:"), number(status, "VmRSS:"));
  }

  private static long number(String status, String key) {
    return status
        .lines()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }
}
