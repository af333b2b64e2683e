package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Changes the content of a file that is kept in its inode. Safe for use by several threads, each of
 * which has the file's only stripe exclusively.
 */
final class InlineFile {

  private final MetadataStore store;
  private final FileInode inode;
  private final FileContent content;
  private final InlineData place;

  /** How far the inode's room goes. */
  private final int room;

  InlineFile(MetadataStore store, FileInode inode, FileContent content, InlineData place) {
    this.store = store;
    this.inode = inode;
    this.content = content;
    this.place = place;
    this.room = Inode.MAP_LENGTH + place.valueLength;
  }

  /**
   * Write a range.
   *
   * @throws Ext4Exception if the inode has no room for it
   */
  void write(ByteBuffer src, long offset) throws IOException {
    long end = offset + src.remaining();
    if (end > room) {
      throw Ext4Exception.notSupported(
          "file is kept in its inode (inline_data), which has no room at byte %d: make it larger while it is mounted"
              .formatted(Math.max(offset, room)));
    }
    byte[] changed = content.inline().clone();
    src.get(changed, (int) offset, src.remaining());
    put(changed);
  }

  /** Make a range read as zeroes. */
  void zero(long offset, long length) throws IOException {
    byte[] changed = content.inline().clone();
    int from = (int) Math.min(offset, changed.length);
    int to = (int) Math.min(offset + length, changed.length);
    Arrays.fill(changed, from, to, (byte) 0);
    if (!Arrays.equals(changed, content.inline())) {
      put(changed);
    }
  }

  private void put(byte[] changed) throws IOException {
    try (MetadataStore.Change change = store.begin(1)) {
      inode.put(change, (bytes, at) -> place.put(changed, bytes, at));
      inode.changed(change, System.currentTimeMillis());
    }
    content.setInline(changed);
  }
}
