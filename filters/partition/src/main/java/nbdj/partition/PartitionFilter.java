package nbdj.partition;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Backend;
import nbdj.api.ConfigException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import nbdj.api.Values;

/**
 * Serves one partition of the disk below, as its MBR or GPT partition table has it.
 *
 * <p>The table is read when a client opens the export, so each export below may have one of its
 * own.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "partition", api = Nbdj.API_VERSION)
public final class PartitionFilter implements Filter {
  private static final String NUMBER = "partition";
  private static final String SECTOR = "partition-sectorsize";

  private int number;

  /** Size of the disk's sectors in bytes. */
  private int sectorSize = 512;

  /** Make the filter. */
  public PartitionFilter() {}

  @Override
  public String description() {
    return "one partition of a disk with an MBR or GPT partition table";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(NUMBER, Parameter.Type.INTEGER, "The number of the partition, from 1.")
            .required(),
        Parameter.of(
                SECTOR,
                Parameter.Type.SIZE,
                "The size of the sectors that the partition table counts in: 512 or 4k.")
            .withDefault("512"));
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    if (key.equals(NUMBER)) {
      number = (int) Values.integer(value, 1, Integer.MAX_VALUE);
      return;
    }
    long size = Values.size(value);
    if (size != 512 && size != 4096) {
      throw new ConfigException("must be 512 or 4k, the sizes that sectors have");
    }
    sectorSize = (int) size;
  }

  /** Tell which partitions there are, so that nobody needs another program to find out. */
  @Override
  public Map<String, String> inspect(Backend next) throws IOException {
    Map<String, String> lines = new LinkedHashMap<>();
    try {
      Next disk = next.open(true, "", true);
      try {
        disk.prepare();
        PartitionTable.of(new Sectors(disk, sectorSize)).describe(lines);
      } finally {
        disk.close();
      }
    } catch (IOException e) {
      lines.put("table.problem", Optional.ofNullable(e.getMessage()).orElse(e.toString()));
    }
    return lines;
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new PartitionHandle(number, sectorSize);
  }
}
