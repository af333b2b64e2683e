package nbdj.cli;

import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says what went wrong, for exceptions whose own messages do not. */
final class Sentences {
  private Sentences() {}

  /** Get a sentence for a person. */
  static String of(Throwable thrown) {
    String message = thrown.getMessage();
    if (thrown instanceof FileSystemException file) {
      return file.getFile() + ": " + reason(file);
    }
    if (thrown instanceof UnknownHostException) {
      return message + ": no such host";
    }
    boolean speaks = message != null && !message.isBlank();
    if (thrown instanceof RuntimeException || thrown instanceof Error) {
      String name = thrown.getClass().getSimpleName();
      return speaks ? name + ": " + message : name;
    }
    return speaks ? String.valueOf(message) : thrown.getClass().getSimpleName();
  }

  private static String reason(FileSystemException thrown) {
    return switch (thrown) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "exists already";
      case NotDirectoryException _ -> "not a folder";
      case DirectoryNotEmptyException _ -> "folder is not empty";
      default -> {
        String reason = thrown.getReason();
        yield reason == null ? thrown.getClass().getSimpleName() : reason;
      }
    };
  }
}
