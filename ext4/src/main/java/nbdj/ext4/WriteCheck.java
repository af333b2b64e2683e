package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.notSupported;

import java.nio.ByteBuffer;

/** Refuses a write that would need more than existing blocks, before any of it is done. */
final class WriteCheck extends RangeCheck {

  private static final String REMEDY =
      "writing there would allocate, which is not supported: fill the file with data while it is mounted";

  private final boolean inline;

  WriteCheck(long offset, boolean inline) {
    super(offset);
    this.inline = inline;
  }

  @Override
  public void zeroes(long length, boolean hole) throws Ext4Exception {
    if (inline) {
      throw inline();
    }
    String what = hole ? "a hole" : "blocks that were allocated but never written";
    throw notSupported("file has %s at byte %d; %s".formatted(what, position(), REMEDY));
  }

  @Override
  public void bytes(ByteBuffer content) throws Ext4Exception {
    throw inline();
  }

  private static Ext4Exception inline() {
    return notSupported(
        "file is kept in its inode (inline_data), where writing is not supported: make it larger than its inode");
  }
}
