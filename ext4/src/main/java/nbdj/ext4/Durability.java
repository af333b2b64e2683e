package nbdj.ext4;

import java.io.IOException;
import java.util.Optional;

/**
 * Brings closed transactions to the device. All but {@link #pending} and the two limits are called
 * by one thread at a time, which holds no lock.
 */
interface Durability {

  /** Return the most blocks that one transaction may have. */
  int mostBlocks();

  /** Tell whether a transaction reaches the device whole or not at all. */
  boolean atomic();

  /**
   * Return the content of a block that is durable, but not yet in its own place.
   *
   * @return not to be modified
   */
  Optional<byte[]> pending(long block);

  /**
   * Make a transaction durable, and with it every write to the device that was completed before.
   *
   * @param transaction closed; perhaps empty
   */
  void commit(Transaction transaction) throws IOException;

  /** Tell whether there is something to be brought to its own place. */
  boolean hasPending();

  /** Tell whether that should be done soon. */
  boolean isCrowded();

  /** Bring to its own place whatever is pending. */
  void settle() throws IOException;

  /** Leave the filesystem as one that needs no recovery. */
  void close() throws IOException;

  /** Mark the filesystem as one with errors, after one of the other methods has failed. */
  void abort() throws IOException;
}
