package nbdj.partition;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/**
 * The partitions of a disk.
 *
 * @param kind what people call the table
 * @param partitions those in use, in the order of their numbers
 */
record PartitionTable(String kind, List<Partition> partitions) {
  /**
   * Read the table of a disk.
   *
   * @throws NbdException if there is none, or it cannot be right
   */
  static PartitionTable of(Sectors disk) throws IOException {
    MasterBootRecord boot = MasterBootRecord.read(disk);
    return boot.isProtective()
        ? new PartitionTable("GPT", GuidTable.read(disk))
        : new PartitionTable("MBR", boot.partitions(disk));
  }

  /** Get a partition by its number. */
  Partition partition(int number) throws NbdException {
    for (Partition partition : partitions) {
      if (partition.number() == number) {
        return partition;
      }
    }
    String known = numbers(", ");
    throw new NbdException(
        NbdError.EINVAL,
        "partition=%d: not in the %s partition table, which has %s"
            .formatted(number, kind, known.isEmpty() ? "no partition" : known));
  }

  /** Put the table as {@code key=value} lines. */
  void describe(Map<String, String> lines) {
    lines.put("table", kind);
    lines.put("partitions", numbers(" "));
    for (Partition partition : partitions) {
      String key = "partition." + partition.number();
      lines.put(key + ".offset", Long.toString(partition.start()));
      lines.put(key + ".size", Long.toString(partition.size()));
    }
  }

  private String numbers(String between) {
    return partitions.stream()
        .map(partition -> Integer.toString(partition.number()))
        .collect(Collectors.joining(between));
  }
}
