package nbdj.ext4;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A store in memory that shows what a power cut may leave of the running transaction: without a
 * journal some of its new blocks, or all of these and some of the others. For one thread.
 */
final class ToyStore implements MetadataStore {

  /** Stands for the inode, which is changed in place like any node. */
  static final long INODE = 1;

  private final boolean atomic;
  private final int blockSize;
  private final Map<Long, byte[]> durable = new TreeMap<>();
  private final Map<Long, Transaction.Block> running = new TreeMap<>();
  private final List<Runnable> actions = new ArrayList<>();

  ToyStore(boolean atomic, int blockSize) {
    this.atomic = atomic;
    this.blockSize = blockSize;
  }

  /** Return the content of a block as it is now. */
  Optional<byte[]> newer(long block) {
    return running.containsKey(block)
        ? Optional.of(running.get(block).bytes)
        : Optional.ofNullable(durable.get(block));
  }

  @Override
  public void checkUsable() {}

  @Override
  public byte[] read(long block, String what) {
    return newer(block).orElseThrow();
  }

  @Override
  public ToyChange begin(int blocks) {
    return new ToyChange(blocks);
  }

  @Override
  public int mostBlocks() {
    return Integer.MAX_VALUE;
  }

  @Override
  public boolean atomic() {
    return atomic;
  }

  @Override
  public void flush() {
    running.forEach((number, block) -> durable.put(number, block.bytes));
    running.clear();
    List<Runnable> done = List.copyOf(actions);
    actions.clear();
    done.forEach(Runnable::run);
  }

  /** Return the blocks that the running transaction has created, or else changed. */
  Set<Long> changed(boolean created) {
    return running.entrySet().stream()
        .filter(entry -> entry.getValue().created == created)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Return a hash of everything as it is now. */
  int state() {
    Map<Long, Integer> hashes = new TreeMap<>();
    durable.forEach((number, bytes) -> hashes.put(number, Arrays.hashCode(bytes)));
    running.forEach((number, block) -> hashes.put(number, Arrays.hashCode(block.bytes)));
    return hashes.hashCode();
  }

  /** Return what the device may hold if the power is cut while the transaction is written. */
  Map<Long, byte[]> cut(Random random) {
    Map<Long, byte[]> left = new HashMap<>(durable);
    boolean early = random.nextInt(4) == 0;
    int share = random.nextInt(11);
    running.forEach((number, block) -> {
      boolean some = random.nextInt(10) < share;
      if (block.created ? !early || some : !early && some) {
        left.put(number, block.bytes);
      }
    });
    return left;
  }

  /** A change that counts what it touches. */
  final class ToyChange implements Change {

    private final Map<Long, Boolean> touched = new HashMap<>();
    private int left;

    private ToyChange(int blocks) {
      this.left = blocks;
    }

    /** Count blocks that are not kept here. */
    void spend(int blocks) {
      left -= blocks;
      if (left < 0) {
        throw new AssertionError("change touches more blocks than it was begun for");
      }
    }

    private byte[] put(long block, byte[] bytes, boolean created) {
      if (touched.put(block, true) == null) {
        spend(1);
      }
      Transaction.Block known = running.get(block);
      boolean isNew = known == null ? created : known.created;
      running.put(block, new Transaction.Block(bytes, Kind.MAPPING, isNew));
      return bytes;
    }

    @Override
    public byte[] edit(long block, Kind kind, String what) {
      return put(block, newer(block).orElseThrow().clone(), false);
    }

    @Override
    public byte[] create(long block, Kind kind) {
      return put(block, new byte[blockSize], true);
    }

    @Override
    public byte[] overwrite(long block, Kind kind) {
      if (newer(block).isEmpty()) {
        throw new AssertionError("block %d was not there before".formatted(block));
      }
      byte[] garbage = new byte[blockSize];
      Arrays.fill(garbage, (byte) 0x5A);
      return put(block, garbage, false);
    }

    @Override
    public boolean isNew(long block) {
      return running.containsKey(block) && running.get(block).created;
    }

    @Override
    public void forget(long block) {
      if (touched.put(block, true) == null) {
        spend(1);
      }
      running.remove(block);
    }

    @Override
    public void afterDurable(Runnable action) {
      actions.add(action);
    }

    @Override
    public void fail(String how) {
      throw new AssertionError(how);
    }

    @Override
    public void close() {}
  }
}
