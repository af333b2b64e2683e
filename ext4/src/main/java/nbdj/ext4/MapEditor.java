package nbdj.ext4;

import java.io.IOException;

/**
 * Changes where a file's blocks lie, in changes of metadata.
 *
 * <p>Every edit is called with the file's map locked ({@link LockRank#MAP}) inside an open change.
 * It reads all that it needs before it changes anything: if it fails, nothing of the map has been
 * changed, unless a {@link NodeBlocks} or a {@link MapRoot} has failed. Where changes are not
 * {@link MetadataStore#atomic atomic}, whatever part of a transaction reaches the device, what was
 * mapped before and has not been unmapped since is found.
 *
 * <p>Blocks that the file owns are neither marked as used nor as free by an editor, and the count
 * of blocks in the inode is not kept by it: {@link NodeBlocks} does both for the map's own blocks,
 * the caller for the data's.
 */
interface MapEditor {

  /**
   * Return the most blocks that one call may edit, create or forget in its change: nodes, what
   * {@link NodeBlocks#blocksPerNode} says for each that is taken or given back, and the inode; what
   * a {@link FreedBlocks} does comes on top. Never changes, needs no lock.
   */
  int mostBlocks();

  /**
   * Return the most nodes that one call may take from {@link NodeBlocks}: the caller has made sure
   * that so many are to be had, so that an edit never runs out halfway. Rises when the map becomes
   * deeper, so that it is only sure with the map locked; a guess without.
   */
  int mostNodes();

  /**
   * Return the logical block that one insertion or mark beginning at a given block must not pass;
   * needs no lock.
   *
   * @param logical 0 to the map's limit - 1
   * @return more than {@code logical}, at most the map's limit
   */
  long reach(long logical);

  /**
   * Return the block that physical blocks must lie before: 2^32 for maps with pointers of 32 bits,
   * {@link Long#MAX_VALUE} where the filesystem itself is the limit.
   */
  long physicalLimit();

  /**
   * Map blocks {@code [logical, logical + length)}, all of them in a hole, to {@code [physical,
   * physical + length)}: in one leaf of the map, as far as it goes. They are joined to their
   * neighbours where the format allows it.
   *
   * @param length from 1, not past {@link #reach}
   * @param physical such that all of it lies before {@link #physicalLimit}
   * @param written must be true for a map that has no unwritten blocks
   * @return how many blocks are mapped now, at least 1
   * @throws Ext4Exception if the map is damaged on the way there, or can grow no more
   * @throws IllegalArgumentException if the arguments are not as they must be, or some block is
   *     mapped
   */
  int insert(MetadataStore.Change change, long logical, long physical, int length, boolean written)
      throws IOException;

  /**
   * Mark blocks {@code [logical, logical + length)}, all of them mapped and in one {@link MapLeaf}
   * as the map now is, as written or as unwritten; some may be so already.
   *
   * @param length from 1, not past {@link #reach}
   * @throws Ext4Exception if the map is damaged on the way there, or can grow no more
   * @throws IllegalArgumentException if some block is not mapped, or the map has no unwritten
   *     blocks
   */
  void mark(MetadataStore.Change change, long logical, int length, boolean written)
      throws IOException;

  /**
   * Unmap blocks from {@code logical} on: in one leaf of the map, as far as it goes before {@code
   * end}, and no more than some runs of data. Nodes that become empty are given back.
   *
   * @param end more than {@code logical}, at most the map's limit
   * @param runs most runs of data blocks to free, from 1
   * @param freed told of each run of data blocks that nothing in the map leads to any more,
   *     whatever their clusters hold besides; called last
   * @return the logical block from which to go on in another call: more than {@code logical}, and
   *     {@code end} when all is done
   * @throws Ext4Exception if the map is damaged on the way there, or can grow no more
   */
  long remove(MetadataStore.Change change, long logical, long end, int runs, FreedBlocks freed)
      throws IOException;
}
