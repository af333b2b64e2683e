package nbdj.ext4;

import java.io.IOException;

/**
 * Blocks for the nodes of a file's map: marks them as used or free, and counts them in the inode.
 * Called with the file's map locked.
 */
interface NodeBlocks {

  /**
   * Take a block that nothing durable leads to. Its content is not yet in the change: who takes it
   * creates it there.
   *
   * @return a block before 2^32 if the map can hold no other
   */
  long take(MetadataStore.Change change) throws IOException;

  /**
   * Give a block back that nothing in the map leads to any more; the change {@link
   * MetadataStore.Change#forget forgets} it. It is not used again before the change is durable.
   */
  void give(MetadataStore.Change change, long block) throws IOException;

  /**
   * Return the most blocks that taking or giving back one node edits or forgets, beside the inode
   * and the node itself: bitmap, descriptor, quotas.
   */
  int blocksPerNode();
}
