package nbdj.ext4;

import java.io.IOException;

/** A file's map on the device, in whichever shape. Safe for use by several threads. */
interface MapSource {

  /** Return the logical block after the last that the map can hold: at most 2^32. */
  long limit();

  /**
   * Read the stretch of the map that holds a logical block. Every extent in it is known to lie
   * where file data may lie.
   *
   * @param block 0 to {@link #limit} - 1
   * @throws Ext4Exception if the map is damaged on the way there
   */
  MapLeaf load(long block) throws IOException;
}
