package nbdj.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import nbdj.api.Export;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/**
 * A directory of which each file is an export.
 *
 * <p>A symbolic link is followed as long as it leads to somewhere in the directory.
 */
final class ExportFolder {
  private final Path folder;

  /**
   * Serve a directory.
   *
   * @param folder its real path, without symbolic links
   */
  ExportFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Get the real path of the file of an export.
   *
   * @throws NbdException if there is none
   */
  Path resolve(String name) throws IOException {
    if (!isPlainName(name)) {
      throw new NbdException(
          NbdError.EINVAL, "export name '%s' is not the name of a file".formatted(printable(name)));
    }
    try {
      Path real = folder.resolve(name).toRealPath();
      if (!real.startsWith(folder)) {
        throw new NbdException(
            NbdError.EPERM, "export '%s' leads out of the directory".formatted(name));
      }
      if (!FileKind.of(real).isServable()) {
        throw new NbdException(
            NbdError.EINVAL, "export '%s' is not a regular file or block device".formatted(name));
      }
      return real;
    } catch (InvalidPathException | NoSuchFileException e) {
      throw new NbdException(NbdError.EINVAL, "there is no export '%s'".formatted(name), e);
    } catch (NbdException e) {
      throw e;
    } catch (IOException e) {
      throw Errno.failure("open", folder.resolve(name), e);
    }
  }

  /** List the exports by name: what {@link #resolve} accepts now. */
  List<Export> list() throws IOException {
    List<Export> exports = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (exports.size() < Export.MAX_EXPORTS && isExport(file)) {
          exports.add(Export.of(file.getFileName().toString()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw Errno.failure("list", folder, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw Errno.failure("list", folder, e);
    }
    exports.sort(Comparator.comparing(Export::name));
    return exports;
  }

  private boolean isExport(Path file) {
    try {
      // A name in another encoding is a text that leads to no file, or to another one.
      if (!folder.resolve(file.getFileName().toString()).equals(file)) {
        return false;
      }
      Path real = file.toRealPath();
      return real.startsWith(folder) && FileKind.of(real).isServable();
    } catch (IOException | InvalidPathException e) {
      // A link to nothing, a file that is gone again, or a name that is no text.
      return false;
    }
  }

  private boolean isPlainName(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
      return false;
    }
    String separator = folder.getFileSystem().getSeparator();
    return name.indexOf('/') < 0 && !name.contains(separator) && isOneElement(name);
  }

  private boolean isOneElement(String name) {
    try {
      Path path = folder.getFileSystem().getPath(name);
      return !path.isAbsolute() && path.getRoot() == null && path.getNameCount() == 1;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
