package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.notSupported;

import java.nio.ByteBuffer;

/** Refuses zeroing that would need more than existing blocks, before any of it is done. */
final class ZeroCheck implements RunVisitor {

  private final boolean mayHole;
  private long position;
  private int runs;

  ZeroCheck(long offset, boolean mayHole) {
    this.position = offset;
    this.mayHole = mayHole;
  }

  /** Return over how many runs of the device the range is spread. */
  int runs() {
    return runs;
  }

  @Override
  public void device(long deviceOffset, long length) {
    position += length;
    runs++;
  }

  @Override
  public void zeroes(long length, boolean hole) throws Ext4Exception {
    if (hole && !mayHole) {
      throw notSupported(
          "file has a hole at byte %d; zeroing without leaving holes would allocate, which is not supported"
              .formatted(position));
    }
    position += length;
  }

  @Override
  public void bytes(ByteBuffer content) throws Ext4Exception {
    for (int i = content.position(); i < content.limit(); i++) {
      if (content.get(i) != 0) {
        throw notSupported(
            "file is kept in its inode (inline_data), where zeroing is not supported");
      }
    }
    position += content.remaining();
  }
}
