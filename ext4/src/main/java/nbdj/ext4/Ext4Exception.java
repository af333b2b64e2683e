package nbdj.ext4;

import java.io.IOException;

/**
 * What a filesystem image, a path or a request is to blame for.
 *
 * <p>The message is one sentence for a person: what is wrong and, where there is one, the remedy.
 * Failures of the device itself are passed on as they come and are not of this type.
 *
 * @since 0.1
 */
public final class Ext4Exception extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * What sort of failure this is.
   *
   * @since 0.1
   */
  public enum Kind {
    /** The image or file uses something that this engine does not do (ENOTSUP). */
    NOT_SUPPORTED,
    /** The device, filesystem or file can only be read (EPERM, EROFS). */
    READ_ONLY,
    /** The filesystem has no room for what a write needs (ENOSPC). */
    NO_SPACE,
    /** The image contradicts itself or fails a checksum (EIO). */
    CORRUPT,
    /** The path leads nowhere (ENOENT). */
    NOT_FOUND,
    /** A component of the path that must be a directory is not one (ENOTDIR). */
    NOT_A_DIRECTORY,
    /** The path leads to something other than a regular file (EISDIR, EINVAL). */
    NOT_A_FILE,
    /** The path goes through too many symbolic links or components (ELOOP). */
    LOOP,
    /** The request itself is wrong, such as a range past the end of the file (EINVAL). */
    INVALID
  }

  private final Kind kind;
  private final String message;

  Ext4Exception(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.message = message;
  }

  static Ext4Exception corrupt(String message) {
    return new Ext4Exception(Kind.CORRUPT, message);
  }

  static Ext4Exception notSupported(String message) {
    return new Ext4Exception(Kind.NOT_SUPPORTED, message);
  }

  /**
   * Return what sort of failure this is.
   *
   * @return never null
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Return the sentence for a person.
   *
   * @return never null
   */
  @Override
  public String getMessage() {
    return message;
  }
}
