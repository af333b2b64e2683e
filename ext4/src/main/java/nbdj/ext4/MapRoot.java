package nbdj.ext4;

import java.io.IOException;

/** The part of an inode in which the root of its map lies. Called with the file's map locked. */
interface MapRoot {

  /**
   * Read it as it is now.
   *
   * @return a copy of {@link Inode#MAP_LENGTH} bytes
   */
  byte[] read() throws IOException;

  /**
   * Change it; the inode's checksum is brought up to date.
   *
   * @param root {@link Inode#MAP_LENGTH} bytes, not kept
   */
  void write(MetadataStore.Change change, byte[] root) throws IOException;
}
