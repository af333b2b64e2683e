package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.notSupported;

import java.nio.ByteBuffer;

/** Refuses zeroing that would need more than existing blocks, before any of it is done. */
final class ZeroCheck extends RangeCheck {

  private final boolean mayHole;

  ZeroCheck(long offset, boolean mayHole) {
    super(offset);
    this.mayHole = mayHole;
  }

  @Override
  public void zeroes(long length, boolean hole) throws Ext4Exception {
    if (hole && !mayHole) {
      throw notSupported(
          "file has a hole at byte %d; zeroing without leaving holes would allocate, which is not supported"
              .formatted(position()));
    }
    pass(length);
  }

  @Override
  public void bytes(ByteBuffer content) throws Ext4Exception {
    for (int i = content.position(); i < content.limit(); i++) {
      if (content.get(i) != 0) {
        throw notSupported(
            "file is kept in its inode (inline_data), where zeroing is not supported");
      }
    }
    pass(content.remaining());
  }
}
