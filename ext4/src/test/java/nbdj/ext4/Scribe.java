package nbdj.ext4;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import nbdj.ext4.MetadataStore.Change;
import nbdj.ext4.MetadataStore.Change.Kind;

/**
 * Writes to holes of small files, gives blocks up again and moves them about, by the rules of
 * {@link MetadataStore}, and notes it all in a ledger. Safe for use by several threads that have
 * files of their own.
 */
final class Scribe {

  /**
   * Blocks that one change may touch: two inodes, an old and a new node of each, and what marks
   * blocks of two groups.
   */
  private static final int MOST = 10;

  /** Mistakes that it can be told to make. */
  enum Mistake {
    /** Blocks that have been given up are used before that is durable. */
    REUSE_AT_ONCE,
    /** The store is not told of nodes that are free. */
    NO_FORGET
  }

  private final RecordingDevice device;
  private final Ledger ledger;
  private final Volume volume;
  private final TransactionStore store;
  private final ScribeBlocks blocks;
  private final Set<Mistake> mistakes;

  /** Blocks that durably belong to another file than they now do. */
  private final Set<Long> moved = ConcurrentHashMap.newKeySet();

  Scribe(
      RecordingDevice device,
      Ledger ledger,
      Volume volume,
      TransactionStore store,
      int pool,
      Set<Mistake> mistakes)
      throws IOException {
    this.device = device;
    this.ledger = ledger;
    this.volume = volume;
    this.store = store;
    this.blocks = new ScribeBlocks(volume, pool);
    this.mistakes = mistakes;
  }

  int blockSize() {
    return volume.geometry.blockSize;
  }

  boolean atomic() {
    return store.atomic();
  }

  /** Tell whether there is room for what any one call needs. */
  boolean hasRoom() {
    return blocks.hasFree(4);
  }

  /**
   * Write a block of a file, with or without a place of its own so far; what has just been moved is
   * left alone.
   */
  void write(ScribeFile file, int index, byte[] bytes) throws IOException {
    int started = device.mark();
    Long there = file.map.get(index);
    if (there != null && moved.contains(there)) {
      return;
    }
    if (there != null) {
      device.write(ByteBuffer.wrap(bytes), there << volume.geometry.blockBits, false);
    } else {
      long block = blocks.take();
      device.write(ByteBuffer.wrap(bytes), block << volume.geometry.blockBits, false);
      try (Change change = store.begin(MOST)) {
        blocks.mark(change, block, true);
        file.map.put(index, block);
        remap(change, file, false);
      }
    }
    note(file, index, bytes, started);
  }

  /** Give a block of a file up. */
  void punch(ScribeFile file, int index) throws IOException {
    int started = device.mark();
    try (Change change = store.begin(MOST)) {
      long block = file.unmap(index);
      remap(change, file, true);
      free(change, block);
    }
    note(file, index, new byte[blockSize()], started);
  }

  /** Move a block from one file to another; only where changes are atomic. */
  void move(ScribeFile from, int fromIndex, ScribeFile to, int toIndex) throws IOException {
    int started = device.mark();
    byte[] bytes = new byte[blockSize()];
    try (Change change = store.begin(MOST)) {
      long block = from.unmap(fromIndex);
      device.read(ByteBuffer.wrap(bytes), block << volume.geometry.blockBits);
      to.map.put(toIndex, block);
      moved.add(block);
      change.afterDurable(() -> moved.remove(block));
      remap(change, from, true);
      remap(change, to, false);
    }
    note(from, fromIndex, new byte[blockSize()], started);
    note(to, toIndex, bytes, started);
  }

  private void note(ScribeFile file, int index, byte[] bytes, int started) {
    ledger
        .file(file.path)
        .changed(started, device.mark(), (long) index << volume.geometry.blockBits, bytes);
  }

  /** Write a file's map anew. */
  private void remap(Change change, ScribeFile file, boolean entriesLost) throws IOException {
    assert LockRank.MAP.taken();
    long old = file.node;
    boolean elsewhere = !store.atomic() && (entriesLost || !file.keepsKey());
    boolean fresh = file.needsNode() && (old == 0 || elsewhere);
    if (fresh) {
      file.node = blocks.take();
      blocks.mark(change, file.node, true);
      file.writeNode(change.create(file.node, Kind.MAPPING));
    } else if (file.needsNode()) {
      file.writeNode(change.edit(file.node, Kind.MAPPING, "node"));
    } else {
      file.node = 0;
    }
    if (old != 0 && old != file.node) {
      if (!mistakes.contains(Mistake.NO_FORGET)) {
        change.forget(old);
      }
      free(change, old);
    }
    file.writeInode(change);
    assert LockRank.MAP.given();
  }

  private void free(Change change, long block) throws IOException {
    if (mistakes.contains(Mistake.REUSE_AT_ONCE)) {
      blocks.mark(change, block, false);
      blocks.give(block);
    } else if (store.atomic()) {
      blocks.mark(change, block, false);
      change.afterDurable(() -> blocks.give(block));
    } else {
      change.afterDurable(() -> freeLater(block));
    }
  }

  private void freeLater(long block) {
    try (Change change = store.begin(2)) {
      blocks.mark(change, block, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    blocks.give(block);
  }

  void flush() throws IOException {
    int started = device.mark();
    store.flush();
    ledger.flushed(started, device.mark());
  }
}
