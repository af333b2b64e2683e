package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Does to an image all that a user could, as far as it lets itself be read. */
final class Hostile {

  private static final int MAX_NAMES = 500;
  private static final int MAX_DEPTH = 4;

  /** Files opened in one folder. */
  private static final int MAX_FILES = 12;

  private static final int CHUNK = 1 << 16;

  private final List<Ext4Exception> refusals = new ArrayList<>();
  private final boolean writing;
  private int names;

  private Hostile(boolean writing) {
    this.writing = writing;
  }

  /**
   * Read and list everything that can be reached, in bounded pieces.
   *
   * @return what was refused on the way; anything else that is thrown is a failure
   */
  static List<Ext4Exception> explore(BlockDevice device) {
    return explore(device, false);
  }

  /** As {@link #explore(BlockDevice)}, and overwrite all that is read. */
  static List<Ext4Exception> overwrite(BlockDevice device) {
    return explore(device, true);
  }

  private static List<Ext4Exception> explore(BlockDevice device, boolean writing) {
    Hostile hostile = new Hostile(writing);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      filesystem.facts();
      hostile.folder(filesystem, "/", 0);
    } catch (Ext4Exception e) {
      hostile.refusals.add(e);
    } catch (IOException e) {
      fail("not blamed on the image: " + e, e);
    }
    return hostile.refusals;
  }

  private void folder(Ext4FileSystem filesystem, String path, int depth) throws IOException {
    List<DirectoryEntry> entries = new ArrayList<>();
    try {
      filesystem.list(path, entry -> entries.add(entry) && ++names < MAX_NAMES);
    } catch (Ext4Exception e) {
      refusals.add(e);
    }
    int files = 0;
    for (DirectoryEntry entry : entries) {
      String child = path + (depth == 0 ? "" : "/") + entry.name();
      if (depth < MAX_DEPTH && names < MAX_NAMES && entry.type() == DirectoryEntry.Type.DIRECTORY) {
        folder(filesystem, child, depth + 1);
      } else if (files++ < MAX_FILES) {
        file(filesystem, child);
      }
    }
  }

  private void file(Ext4FileSystem filesystem, String path) throws IOException {
    try (Ext4File file = filesystem.file(path)) {
      long size = file.size();
      for (long offset : new long[] {0, CHUNK, size / 2, Math.max(0, size - CHUNK)}) {
        read(file, offset, (int) Math.min(CHUNK, Math.max(0, size - offset)));
      }
    } catch (Ext4Exception e) {
      refusals.add(e);
    }
  }

  private void read(Ext4File file, long offset, int length) throws IOException {
    if (offset <= file.size()) {
      try {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        file.read(buffer, offset);
        if (writing) {
          file.zero(offset, length, true, false);
          file.write(buffer.flip(), offset, true);
        }
      } catch (Ext4Exception e) {
        refusals.add(e);
      }
    }
  }
}
