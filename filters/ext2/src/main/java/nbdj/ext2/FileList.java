package nbdj.ext2;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import nbdj.api.Export;
import nbdj.ext4.DirectoryEntry;
import nbdj.ext4.Ext4Exception;
import nbdj.ext4.Ext4FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the regular files of a filesystem, those near the root first, until a list of exports is
 * full or enough has been looked at. Used by one thread.
 */
final class FileList {
  private static final Logger LOG = LoggerFactory.getLogger(FileList.class);

  /** Most folders on the way to a file. */
  private static final int DEEPEST = 32;

  /** Most names that are looked at. */
  private static final int MOST_NAMES = 200_000;

  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What the filesystem puts in the place of bytes that are no text. */
  private static final char NO_TEXT = '\uFFFD';

  /**
   * A directory to be looked at.
   *
   * @param path ends with a slash
   */
  private record Folder(String path, int depth) {}

  private final Ext4FileSystem fileSystem;
  private final long began = System.nanoTime();
  private final List<Export> found = new ArrayList<>();
  private final Deque<Folder> folders = new ArrayDeque<>();

  /** Inodes of the directories that were met: in a damaged filesystem one may be met again. */
  private final Set<Long> met = new HashSet<>();

  private int names;

  private FileList(Ext4FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /**
   * Find the files.
   *
   * @return them by name, without the leading slash; symbolic links and what is no file left out
   * @throws IOException if the layer below fails
   */
  static List<Export> of(Ext4FileSystem fileSystem) throws IOException {
    FileList list = new FileList(fileSystem);
    list.folders.add(new Folder("/", 0));
    while (!list.folders.isEmpty() && list.goesOn()) {
      list.look(list.folders.remove());
    }
    if (!list.goesOn()) {
      LOG.warn("ext2: the list of exports ends after {} of more files", list.found.size());
    }
    list.found.sort(Comparator.comparing(Export::name));
    return List.copyOf(list.found);
  }

  private boolean goesOn() {
    return found.size() < Export.MAX_EXPORTS
        && names < MOST_NAMES
        && System.nanoTime() - began < MOST_NANOS;
  }

  private void look(Folder folder) throws IOException {
    try {
      fileSystem.list(
          folder.path(),
          entry -> {
            names++;
            if (entry.name().indexOf(NO_TEXT) < 0) {
              take(folder, entry);
            }
            return goesOn();
          });
    } catch (Ext4Exception e) {
      LOG.warn("ext2: {} is left out of the list of exports: {}", folder.path(), e.getMessage());
    }
  }

  private void take(Folder folder, DirectoryEntry entry) throws IOException {
    String path = folder.path() + entry.name();
    if (entry.type() == DirectoryEntry.Type.SYMLINK) {
      return;
    }
    switch (fileSystem.type(entry)) {
      case FILE -> {
        String name = path.substring(1);
        if (name.getBytes(StandardCharsets.UTF_8).length <= Export.MAX_STRING) {
          found.add(Export.of(name));
        }
      }
      case DIRECTORY -> {
        if (folder.depth() < DEEPEST && met.add(entry.inode())) {
          folders.add(new Folder(path + "/", folder.depth() + 1));
        }
      }
      case SYMLINK, SPECIAL, UNKNOWN -> {}
    }
  }
}
