package nbdj.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Tells how much memory the machine, and the control group that the process runs in, can still
 * give.
 *
 * <p>Linux grants memory that it does not have and ends the process that touches it, so running out
 * is only an error, and not the end of the server, if it is foreseen.
 */
final class AvailableMemory implements LongSupplier {
  /** No limit is known. */
  static final long UNKNOWN = Long.MAX_VALUE;

  /** The root of the file system in which {@code proc} and {@code sys} are. */
  private final Path root;

  AvailableMemory(Path root) {
    this.root = root;
  }

  /** Get the bytes available now, {@link #UNKNOWN} where the system does not tell. */
  @Override
  public long getAsLong() {
    long available = UNKNOWN;
    for (String line : lines(root.resolve("proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        available = 1024 * number(line);
      }
    }
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] group = line.split(":", 3);
      if (group.length == 3 && (group[1].isEmpty() || group[1].equals("memory"))) {
        available = Math.min(available, ofGroup(group[1].isEmpty(), group[2]));
      }
    }
    return available;
  }

  /** Get what a control group and those around it leave: the least of all. */
  private long ofGroup(boolean unified, String name) {
    Path top = root.resolve(unified ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
    Path group = top.resolve(name.substring(Math.min(1, name.length()))).normalize();
    long available = UNKNOWN;
    for (Path at = group; at != null && at.startsWith(top); at = at.getParent()) {
      available = Math.min(available, unified ? left(at) : leftOfOldKind(at));
    }
    return available;
  }

  private static long left(Path group) {
    return left(group, "memory.max", "memory.current", "inactive_file");
  }

  private static long leftOfOldKind(Path group) {
    return left(group, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
  }

  /** Get limit minus usage, where cached files that are not in use do not count. */
  private static long left(Path group, String limitName, String usageName, String cacheName) {
    List<String> limit = lines(group.resolve(limitName));
    List<String> usage = lines(group.resolve(usageName));
    if (limit.isEmpty() || usage.isEmpty() || limit.getFirst().equals("max")) {
      return UNKNOWN;
    }
    long cache = 0;
    for (String line : lines(group.resolve("memory.stat"))) {
      if (line.startsWith(cacheName + " ")) {
        cache = number(line);
      }
    }
    return Math.max(0, number(limit.getFirst()) - Math.max(0, number(usage.getFirst()) - cache));
  }

  /** Read a file's lines; a file that cannot be read says nothing, so it has none. */
  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Read the digits of a line as a number, {@link #UNKNOWN} if they are too many or none. */
  private static long number(String line) {
    try {
      return Long.parseLong(line.replaceAll("[^0-9]", ""));
    } catch (NumberFormatException e) {
      return UNKNOWN;
    }
  }
}
