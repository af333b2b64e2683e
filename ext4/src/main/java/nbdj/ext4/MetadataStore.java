package nbdj.ext4;

import java.io.IOException;

/**
 * The metadata blocks of a filesystem as they are now, and the one way to change them.
 *
 * <p>What is changed is seen at once by {@link #read}, and reaches the device later: with a journal
 * as a whole transaction, without one in an order that never leaves a mapping whose blocks are not
 * marked as used. File data does not pass through here: it is written to the device first, and the
 * change that maps it is made after.
 *
 * <p>Safe for use by several threads. Who edits a block owns the bytes that it changes by a lock of
 * its own: a group's bitmap and descriptor by the group's lock, an inode and the nodes of its map
 * by the file's, a quota block by the quota's.
 */
interface MetadataStore {

  /**
   * Read a block as it is now.
   *
   * @param what names the block in messages
   * @return an array of the block size, not to be modified; whether later changes show in it is not
   *     defined, so that a caller who must not miss them holds the lock of those bytes
   * @throws Ext4Exception if the filesystem has no such block
   */
  byte[] read(long block, String what) throws IOException;

  /**
   * Check that file data may be written. It may be where metadata can only be read, but not once
   * the device has failed.
   *
   * @throws Ext4Exception if it may not
   */
  void checkUsable() throws Ext4Exception;

  /**
   * Begin a change, waiting while a transaction is being closed. A thread has one change at a time,
   * and flushes none while it has one.
   *
   * @param blocks most blocks that the change will edit, create or forget
   * @throws Ext4Exception if the filesystem has become read-only after an error, or the change is
   *     larger than the journal allows
   */
  Change begin(int blocks) throws IOException;

  /**
   * Return the most blocks that one change may touch. A larger operation is split by its caller
   * into changes that are each consistent.
   */
  int mostBlocks();

  /**
   * Tell whether a change reaches the device whole or not at all. If not, who frees blocks marks
   * them as free only {@link Change#afterDurable after} nothing on the device leads to them, and
   * who takes entries out of a node that others lead to writes new nodes instead.
   */
  boolean atomic();

  /**
   * Make every change that was closed before, and every write to the device that was completed
   * before, durable.
   *
   * @throws IOException if that failed; the filesystem is read-only from then on
   */
  void flush() throws IOException;

  /** Some blocks that change together. Used by one thread. */
  interface Change extends AutoCloseable {

    /** What a block holds, which decides when it may be written where there is no journal. */
    enum Kind {
      /** Bitmaps, descriptors and quotas: they mark blocks as used, before anything leads there. */
      ALLOCATION,

      /** Inodes and nodes of maps: they lead to blocks. */
      MAPPING
    }

    /**
     * Take a block into the change.
     *
     * @return the block's bytes as they are now, to be modified before the change is closed; the
     *     same array that others edit who own other bytes of the block
     */
    byte[] edit(long block, Kind kind, String what) throws IOException;

    /**
     * Take a newly allocated block into the change without reading it.
     *
     * @return zeroes, to be modified before the change is closed
     */
    byte[] create(long block, Kind kind) throws IOException;

    /**
     * Take a block into the change all of whose bytes are the caller's and will be written, so that
     * it is not read.
     *
     * @return to be filled before the change is closed
     */
    byte[] overwrite(long block, Kind kind) throws IOException;

    /**
     * Tell whether a block was created in the transaction that this change becomes part of, so that
     * nothing on the device leads to it before the whole transaction is there.
     */
    boolean isNew(long block);

    /**
     * Tell that a metadata block is free from this change on: what the store keeps of it must not
     * be written any more, also not by a replay.
     */
    void forget(long block);

    /**
     * Have something done once the change is durable, on a thread that holds no lock: no flush that
     * makes it durable returns before. It may begin changes of its own, but not flush. It is not
     * done if the change never becomes durable.
     */
    void afterDurable(Runnable action);

    /**
     * Tell that the change cannot be finished, so that nothing of its transaction may become
     * durable: the filesystem is read-only from now on.
     *
     * @param how a few words for the message
     */
    void fail(String how);

    /** End the change: from now on it is part of what the next flush makes durable. */
    @Override
    void close();
  }
}
