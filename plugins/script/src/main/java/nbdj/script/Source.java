package nbdj.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import javax.lang.model.SourceVersion;
import nbdj.api.ConfigException;
import nbdj.api.Values;

/**
 * The text of a script.
 *
 * @param name what messages call it: the path as it was given
 * @param file the last part of the name, which stands in front of line numbers
 * @param className a name for a class made of the file's, always a Java identifier
 * @param text the Java source: as in the file, but for an empty first line where that began with
 *     {@code #!}, so that lines keep their numbers
 */
record Source(String name, String file, String className, String text) {
  /** Far more than a person writes, and little enough to be read by mistake. */
  private static final int LARGEST = 4 << 20;

  /**
   * Read a script.
   *
   * @param value a path, or {@code -} for standard input
   * @throws ConfigException if there is none, or what is there is no text
   */
  static Source read(String value) throws ConfigException {
    if (value.equals("-")) {
      return of("stdin", "stdin", decode(standardInput()));
    }
    Path path = Values.path(value);
    Path last = path.getFileName();
    return of(value, last == null ? value : last.toString(), decode(bytes(path)));
  }

  /** Make a script of a text. */
  static Source of(String name, String file, String text) {
    String java = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (java.startsWith("#!")) {
      int end = java.indexOf('\n');
      java = end < 0 ? "" : java.substring(end);
    }
    return new Source(name, file, className(file), java);
  }

  /** Get a line without its end, and an empty one for a line that is not there. */
  String line(long number) {
    return text.lines().skip(number - 1).findFirst().orElse("");
  }

  private static String className(String file) {
    String stem = file.endsWith(".java") ? file.substring(0, file.length() - 5) : file;
    String word = stem.replaceAll("[^A-Za-z0-9_]", "_");
    return SourceVersion.isName(word) ? word : "_" + word;
  }

  private static byte[] standardInput() throws ConfigException {
    try {
      return limited(System.in);
    } catch (IOException e) {
      throw new ConfigException("cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path path) throws ConfigException {
    if (Files.isDirectory(path)) {
      throw new ConfigException("a folder, not a Java source file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      return limited(in);
    } catch (NoSuchFileException e) {
      throw new ConfigException("no such file", e);
    } catch (AccessDeniedException e) {
      throw new ConfigException("permission denied", e);
    } catch (FileSystemException e) {
      throw new ConfigException(
          "cannot be read: " + Objects.requireNonNullElse(e.getReason(), "unknown reason"), e);
    } catch (IOException e) {
      throw new ConfigException("cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] limited(InputStream in) throws IOException {
    return in.readNBytes(LARGEST + 1);
  }

  private static String decode(byte[] bytes) throws ConfigException {
    if (bytes.length > LARGEST) {
      throw new ConfigException("not Java source: it is longer than 4 MiB");
    }
    for (byte b : bytes) {
      if (b == 0) {
        throw new ConfigException("not Java source: it has a NUL in it");
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ConfigException("not Java source: it is not UTF-8", e);
    }
  }
}
