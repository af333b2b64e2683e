package nbdj.ext4;

import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * The superblock of an open filesystem, which is changed in its place and never through a journal.
 * Used by one thread at a time.
 */
final class LiveSuperblock {

  private final BlockDevice device;
  private Superblock current;

  /**
   * Begin with what is on the device.
   *
   * @param superblock as it stands there
   */
  LiveSuperblock(BlockDevice device, Superblock superblock) {
    this.device = device;
    this.current = superblock;
  }

  Superblock current() {
    return current;
  }

  /** Write a changed superblock; it is not durable before the next flush. */
  void change(UnaryOperator<SuperblockEditor> change) throws IOException {
    SuperblockEditor editor = change.apply(new SuperblockEditor(current));
    editor.write(device);
    current = Superblock.of(editor.bytes());
  }
}
