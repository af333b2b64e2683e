package nbdj.partition;

import java.io.IOException;
import java.util.Optional;
import nbdj.api.Context;
import nbdj.api.Next;
import nbdj.api.Window;
import org.jspecify.annotations.Nullable;

/** The partition as one client sees it. */
final class PartitionHandle extends Window {
  private final int number;
  private final int sectorSize;

  /** Where it lies, from {@link #prepare} on. */
  private @Nullable Partition partition;

  PartitionHandle(int number, int sectorSize) {
    this.number = number;
    this.sectorSize = sectorSize;
  }

  @Override
  public void prepare(Context context) throws IOException {
    Next disk = context.next();
    if (disk == null) {
      throw new IllegalStateException("the connection lost the layer below before prepare");
    }
    partition = PartitionTable.of(new Sectors(disk, sectorSize)).partition(number);
  }

  @Override
  protected long start() {
    return partition().start();
  }

  @Override
  public long size(Next next) {
    return partition().size();
  }

  @Override
  public Optional<String> description(Next next) throws IOException {
    return next.description().map(below -> "partition %d of %s".formatted(number, below));
  }

  private Partition partition() {
    if (partition == null) {
      throw new IllegalStateException("used before prepare");
    }
    return partition;
  }
}
