package nbdj.ext4;

import java.util.Arrays;

/** The root of a map that is only read. */
final class FixedRoot implements MapRoot {

  private final Inode inode;

  FixedRoot(Inode inode) {
    this.inode = inode;
  }

  @Override
  public byte[] read() {
    return Arrays.copyOfRange(inode.raw, Inode.MAP, Inode.MAP + Inode.MAP_LENGTH);
  }

  @Override
  public void write(MetadataStore.Change change, byte[] root) {
    throw new IllegalStateException("the map of inode %d is only read".formatted(inode.number));
  }
}
