package nbdj.ext4;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Nodes' blocks out of an interval; one that is given back is used again once that is durable. */
final class ToyBlocks implements NodeBlocks {

  private static final int PER_NODE = 3;

  private final Deque<Long> free = new ArrayDeque<>();
  private final Set<Long> taken = new HashSet<>();

  /** How many more may be taken before the next edit. */
  private int allowed;

  ToyBlocks(long from, int count) {
    for (int i = 0; i < count; i++) {
      free.add(from + i);
    }
  }

  /** Let so many be taken by what comes. */
  void allow(int count) {
    allowed = count;
  }

  /** Return what has been taken and not been given back. */
  Set<Long> taken() {
    return Set.copyOf(taken);
  }

  @Override
  public long take(MetadataStore.Change change) {
    if (allowed-- == 0) {
      throw new AssertionError("more nodes taken than was said");
    }
    ((ToyStore.ToyChange) change).spend(PER_NODE);
    long block = free.removeFirst();
    taken.add(block);
    return block;
  }

  @Override
  public void give(MetadataStore.Change change, long block) {
    if (!taken.remove(block)) {
      throw new AssertionError("block %d given back that was not taken".formatted(block));
    }
    ((ToyStore.ToyChange) change).spend(PER_NODE);
    change.forget(block);
    // Its durable content must stay: at its best it is the next to be taken.
    change.afterDurable(() -> free.addFirst(block));
  }

  @Override
  public int blocksPerNode() {
    return PER_NODE;
  }
}
