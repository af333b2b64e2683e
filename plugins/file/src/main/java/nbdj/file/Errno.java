package nbdj.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** The error numbers of Linux, and what a client gets to see for them. */
final class Errno {
  static final int EPERM = 1;
  static final int ENXIO = 6;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EINVAL = 22;
  static final int ENOTTY = 25;
  static final int EFBIG = 27;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int ENOSYS = 38;
  static final int EOPNOTSUPP = 95;
  static final int EDQUOT = 122;

  /** The English texts of the errors that are not plain input or output errors to a client. */
  private static final Map<Integer, String> ENGLISH = new LinkedHashMap<>();

  static {
    ENGLISH.put(ENOSPC, "No space left on device");
    ENGLISH.put(EDQUOT, "Disk quota exceeded");
    ENGLISH.put(EFBIG, "File too large");
    ENGLISH.put(EROFS, "Read-only file system");
    ENGLISH.put(EPERM, "Operation not permitted");
    ENGLISH.put(EACCES, "Permission denied");
    ENGLISH.put(ENOMEM, "Cannot allocate memory");
  }

  private Errno() {}

  /** Make the failure of a native call. */
  static NbdException failure(String action, Path path, int errno) {
    return new NbdException(
        toNbd(errno), "cannot %s %s: %s".formatted(action, path, SystemCalls.strerror(errno)));
  }

  /**
   * Make the failure of an operation of a channel.
   *
   * <p>Its exception has the error only as a text, which is in the language of the process.
   */
  static NbdException failure(String action, Path path, IOException cause) {
    NbdError error = NbdException.errorOf(cause);
    String text = cause.getMessage();
    if (text != null && !(cause instanceof NbdException)) {
      for (Map.Entry<Integer, String> known : ENGLISH.entrySet()) {
        if (text.contains(known.getValue()) || text.contains(localText(known.getKey()))) {
          error = toNbd(known.getKey());
          break;
        }
      }
    }
    return new NbdException(error, "cannot %s %s: %s".formatted(action, path, text), cause);
  }

  private static NbdError toNbd(int errno) {
    return switch (errno) {
      case EPERM, EACCES, EROFS -> NbdError.EPERM;
      case ENOMEM -> NbdError.ENOMEM;
      case EINVAL -> NbdError.EINVAL;
      case ENOSPC, EDQUOT, EFBIG -> NbdError.ENOSPC;
      case EOPNOTSUPP, ENOSYS -> NbdError.ENOTSUP;
      default -> NbdError.EIO;
    };
  }

  private static String localText(int errno) {
    if (!SystemControls.ofThisSystem().isNative()) {
      return ENGLISH.getOrDefault(errno, "");
    }
    try {
      return SystemCalls.strerror(errno);
    } catch (LinkageError e) {
      // Native code may not be called; then the English text has to do.
      return ENGLISH.getOrDefault(errno, "");
    }
  }
}
