package nbdj.ext4;

import java.io.IOException;

/** Is told which blocks of data a file's map leads to no longer. */
@FunctionalInterface
interface FreedBlocks {

  /**
   * Note that blocks {@code [physical, physical + length)} hold no data of the file any more.
   *
   * @param length from 1
   */
  void freed(long physical, long length) throws IOException;
}
