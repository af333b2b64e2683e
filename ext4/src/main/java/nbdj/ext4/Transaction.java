package nbdj.ext4;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import nbdj.ext4.MetadataStore.Change.Kind;

/**
 * Changes of metadata that become durable together. Guarded by the lock of its store while changes
 * are made in it; then never modified again.
 */
final class Transaction {

  /** The new content of a block. */
  static final class Block {
    /** Modified by open changes; by nobody once the transaction is closed. */
    final byte[] bytes;

    final Kind kind;

    /** Whether the block is new, so that nothing durable leads to it. */
    final boolean created;

    Block(byte[] bytes, Kind kind, boolean created) {
      this.bytes = bytes;
      this.kind = kind;
      this.created = created;
    }
  }

  private final Map<Long, Block> blocks = new HashMap<>();
  private final Set<Long> forgotten = new HashSet<>();
  private final List<Runnable> actions = new ArrayList<>();

  /** Blocks that open changes may still take, beyond those that are here. */
  private int reserved;

  /** Threads that have a change open. */
  private final Set<Thread> owners = new HashSet<>();

  /** When the first change was made, as {@link System#nanoTime} has it; 0 if there is none. */
  private long since;

  boolean isEmpty() {
    return blocks.isEmpty() && forgotten.isEmpty() && actions.isEmpty();
  }

  /** Return how many blocks would be full if every open change took all it may. */
  int size() {
    return taken() + reserved;
  }

  /** Return how many blocks have been changed or forgotten. */
  int taken() {
    return blocks.size() + forgotten.size();
  }

  boolean hasOpenChanges() {
    return !owners.isEmpty();
  }

  boolean hasChangeOf(Thread thread) {
    return owners.contains(thread);
  }

  void open(int most) {
    owners.add(Thread.currentThread());
    reserved += most;
  }

  /** End the change of a thread, which did not need all of the blocks that it might have taken. */
  void close(Thread owner, int unused) {
    owners.remove(owner);
    reserved -= unused;
  }

  /** Note that a change has taken one of its blocks. */
  void spend() {
    reserved--;
  }

  Map<Long, Block> blocks() {
    return blocks;
  }

  Set<Long> forgotten() {
    return forgotten;
  }

  List<Runnable> actions() {
    return actions;
  }

  /** Put a block in, which is no longer forgotten if it was. */
  void put(long number, Block block) {
    touch();
    forgotten.remove(number);
    blocks.put(number, block);
  }

  void forget(long number) {
    touch();
    blocks.remove(number);
    forgotten.add(number);
  }

  void add(Runnable action) {
    touch();
    actions.add(action);
  }

  private void touch() {
    if (isEmpty()) {
      since = System.nanoTime();
    }
  }

  long since() {
    return since;
  }
}
