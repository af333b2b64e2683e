package nbdj.ext4;

/**
 * One name in a directory.
 *
 * @param name the name as it is, control characters too; what is not UTF-8 in it is replaced and
 *     cannot be looked up
 * @param inode the inode it stands for, 1 to 2^32 - 1
 * @param type what the directory says the inode is
 * @since 0.1
 */
public record DirectoryEntry(String name, long inode, Type type) {

  /**
   * What a directory says an inode is; the inode itself decides.
   *
   * @since 0.1
   */
  public enum Type {
    /** Nothing said: old filesystems keep no types in directories. */
    UNKNOWN,
    /** A regular file. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link. */
    SYMLINK,
    /** A device, pipe or socket. */
    SPECIAL;

    /** Return the type that a byte of a directory entry stands for. */
    static Type of(int code) {
      return switch (code) {
        case 1 -> FILE;
        case 2 -> DIRECTORY;
        case 7 -> SYMLINK;
        case 3, 4, 5, 6 -> SPECIAL;
        default -> UNKNOWN;
      };
    }
  }
}
