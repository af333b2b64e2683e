package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An ext2, ext3 or ext4 filesystem on a device, whose regular files can be read and overwritten in
 * place.
 *
 * <p>If the filesystem was not closed, its journal is replayed when it is opened: on the device, or
 * in memory and with nothing written where the device or the filesystem can only be read. Apart
 * from that nothing is changed on the device but the blocks that writes to files cover: no time
 * stamp and no mount count is written. While the filesystem is open, nobody else may write to it.
 *
 * <p>Safe for use by several threads.
 *
 * @since 0.1
 */
public final class Ext4FileSystem implements Closeable {

  /** Extents that the maps of all open files may keep together, about 16 bytes each. */
  private static final long MAP_EXTENTS = 1 << 19;

  private final Volume volume;
  private final Opening opening;
  private final MapBudget budget = new MapBudget(MAP_EXTENTS);

  /** Guards the fields below; never held while the device is used. */
  private final Object lock = new Object();

  /** Files that are open, by inode; each is here as long as it has users. */
  private final Map<Long, SharedFile> files = new HashMap<>();

  private boolean closed;

  private Ext4FileSystem(Volume volume, Opening opening) {
    this.volume = volume;
    this.opening = opening;
  }

  /**
   * Open the filesystem on a device with {@link Ext4Options#DEFAULT}.
   *
   * @param device holds the filesystem, and outlives it
   * @return the filesystem, writable unless it says why not
   * @throws Ext4Exception if there is none on the device, or it or its journal is damaged or not
   *     supported
   * @throws IOException if the device cannot be read
   */
  public static Ext4FileSystem open(BlockDevice device) throws IOException {
    return open(device, Ext4Options.DEFAULT);
  }

  /**
   * Open the filesystem on a device. The device stays its owner's: closing the filesystem does not
   * close it.
   *
   * <p>One with multi-mount protection is claimed if it may be written, which takes some ten
   * seconds, and twice that after a crash of whoever had claimed it. While it is claimed by another
   * it can be read here, and is not written.
   *
   * @param device holds the filesystem, and outlives it
   * @param options what may be done to it
   * @return the filesystem, writable unless it says why not
   * @throws Ext4Exception if there is none on the device, or it or its journal is damaged or not
   *     supported
   * @throws IOException if the device cannot be read
   */
  public static Ext4FileSystem open(BlockDevice device, Ext4Options options) throws IOException {
    return open(device, options, MultiMountClaim::await);
  }

  /**
   * Open the filesystem on a device.
   *
   * @param waiting what waits for others who may have claimed it
   */
  static Ext4FileSystem open(
      BlockDevice device, Ext4Options options, MultiMountClaim.Waiting waiting) throws IOException {
    Opening opening = Opening.on(device, options);
    try {
      opening.claim(waiting);
      return new Ext4FileSystem(opening.volume(), opening);
    } catch (IOException | RuntimeException e) {
      try {
        opening.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /**
   * Tell whether files may be written at all; each file may have its own reason against it.
   *
   * @return true if there is no {@link #readOnlyReason}
   */
  public boolean writable() {
    return opening.gate().isOpen();
  }

  /**
   * Return why no file may be written, which may come up while the filesystem is open.
   *
   * @return one sentence without its full stop, or empty if the filesystem is writable
   */
  public Optional<String> readOnlyReason() {
    return opening.gate().reason();
  }

  /**
   * Describe the filesystem for a person.
   *
   * @return what its superblock says
   */
  public FileSystemFacts facts() {
    return FileSystemFacts.of(volume.superblock, volume.geometry);
  }

  /**
   * Open a regular file. All opens of a file, by whatever path, share what is known of it and see
   * each other's writes.
   *
   * @param absolutePath begins with a slash; symbolic links are followed and never lead out of the
   *     filesystem
   * @return the file, to be closed by the caller
   * @throws Ext4Exception if the path does not lead to a regular file, or the file is damaged or
   *     not supported
   * @throws IOException if the device cannot be read
   */
  public Ext4File file(String absolutePath) throws IOException {
    Inode inode = PathResolver.resolve(volume, absolutePath);
    if (inode.type() != Inode.Type.REGULAR) {
      throw new Ext4Exception(
          Ext4Exception.Kind.NOT_A_FILE,
          "path %s does not lead to a regular file".formatted(Printable.text(absolutePath)));
    }
    SharedFile fresh = new SharedFile(volume, inode, opening.gate(), budget);
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("filesystem is closed");
      }
      SharedFile shared = files.computeIfAbsent(inode.number, number -> fresh);
      shared.users++;
      return new Ext4File(this, shared);
    }
  }

  /**
   * List a directory.
   *
   * @param absolutePath begins with a slash; symbolic links are followed
   * @param visitor receives each name
   * @throws Ext4Exception if the path does not lead to a directory, or it is damaged or encrypted
   * @throws IOException if the device cannot be read, or from the visitor
   */
  public void list(String absolutePath, EntryVisitor visitor) throws IOException {
    Inode inode = PathResolver.resolve(volume, absolutePath);
    if (inode.type() != Inode.Type.DIRECTORY) {
      throw new Ext4Exception(
          Ext4Exception.Kind.NOT_A_DIRECTORY,
          "path %s does not lead to a directory".formatted(Printable.text(absolutePath)));
    }
    new Directory(volume, inode, LookupBudget.of(volume.geometry)).list(visitor);
  }

  /**
   * Return what a name in a directory stands for, whatever the directory says.
   *
   * @param entry from {@link #list}
   * @return the type of its inode; {@link DirectoryEntry.Type#UNKNOWN} if that is damaged or not
   *     supported
   * @throws IOException if the device cannot be read
   */
  public DirectoryEntry.Type type(DirectoryEntry entry) throws IOException {
    try {
      return switch (volume.inodes.readNamed(entry.inode()).type()) {
        case REGULAR -> DirectoryEntry.Type.FILE;
        case DIRECTORY -> DirectoryEntry.Type.DIRECTORY;
        case SYMLINK -> DirectoryEntry.Type.SYMLINK;
        case OTHER -> DirectoryEntry.Type.SPECIAL;
      };
    } catch (Ext4Exception e) {
      return DirectoryEntry.Type.UNKNOWN;
    }
  }

  /** Take back one use of a file, and forget the file after the last. */
  void release(SharedFile file) {
    synchronized (lock) {
      file.users--;
      if (file.users > 0) {
        return;
      }
      files.remove(file.number());
    }
    file.release();
  }

  /**
   * Refuse to open any more files. Files that are open stay usable for reading; what they wrote is
   * not flushed.
   *
   * @throws IOException if the filesystem cannot be left to others as it must be
   */
  @Override
  public void close() throws IOException {
    synchronized (lock) {
      closed = true;
    }
    opening.close();
  }
}
