package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * An ext2, ext3 or ext4 filesystem on a device, whose regular files can be read and written. No
 * file is made, removed or given another length.
 *
 * <p>If the filesystem was not closed, its journal is replayed when it is opened: on the device, or
 * in memory and with nothing written where the device or the filesystem can only be read. Apart
 * from that nothing is changed on the device before a file is written, and as long as files are
 * only overwritten where they have data, nothing but that data until the filesystem is closed.
 * While it is open, nobody else may write to it.
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

  private final Space space;
  private final OpenFiles files = new OpenFiles();

  private Ext4FileSystem(Space space, Opening opening) {
    this.volume = space.volume;
    this.space = space;
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
      return new Ext4FileSystem(
          Space.of(opening.volume(), options, opening.gate().reason()), opening);
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
   * @return what was found when it was opened
   */
  public FileSystemFacts facts() {
    return opening.facts(volume);
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
    Optional<SharedFile> file = Optional.empty();
    while (file.isEmpty()) {
      long before = files.closings();
      Inode inode = PathResolver.resolve(volume, absolutePath);
      if (inode.type() != Inode.Type.REGULAR) {
        throw new Ext4Exception(
            Ext4Exception.Kind.NOT_A_FILE,
            "path %s does not lead to a regular file".formatted(Printable.text(absolutePath)));
      }
      file =
          files.take(
              inode.number, before, () -> new SharedFile(space, inode, opening.gate(), budget));
    }
    return new Ext4File(files, file.get());
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

  /**
   * Refuse to open any more files, and leave the filesystem as one that was closed: with all that
   * was written durable, unless only data was overwritten and the device is not flushed by that.
   * Files that are open stay usable for reading.
   *
   * @throws IOException if that fails, or something failed before: recovery is needed then
   */
  @Override
  public void close() throws IOException {
    try (opening;
        space) {
      stamp(files.close());
    }
  }

  /** Note that files have been written. */
  private void stamp(Set<Long> numbers) throws IOException {
    if (!space.isChangeable() || !opening.gate().isOpen()) {
      return;
    }
    long now = System.currentTimeMillis();
    for (long number : numbers) {
      FileInode inode = new FileInode(volume, volume.inodes.read(number));
      try (MetadataStore.Change change = space.store.begin(1)) {
        inode.changed(change, now);
      }
    }
  }
}
