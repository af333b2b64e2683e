package nbdj.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/**
 * A regular file or block device that is open.
 *
 * <p>Any number of threads may use it at once.
 */
final class OpenFile implements Closeable {
  private final Path path;
  private final FileKind kind;
  private final FileChannel channel;
  private final boolean writable;
  private final Object key;
  private final ControlSource controls;

  /** Made when it is first needed, because the native calls behind it are slow to load. */
  private final AtomicReference<@Nullable FileControl> control = new AtomicReference<>();

  private OpenFile(
      Path path,
      FileKind kind,
      FileChannel channel,
      boolean writable,
      Object key,
      ControlSource controls) {
    this.path = path;
    this.kind = kind;
    this.channel = channel;
    this.writable = writable;
    this.key = key;
    this.controls = controls;
  }

  /**
   * Open a file for writing where that is possible and asked for, otherwise for reading.
   *
   * @param path its real path, without symbolic links
   * @throws NbdException with a message for the client
   */
  static OpenFile open(Path path, boolean readOnly, ControlSource controls) throws IOException {
    try {
      // What is opened is what was looked at: otherwise somebody put another file there between.
      for (int attempt = 0; attempt < 10; attempt++) {
        Object before = identity(path);
        FileKind kind = FileKind.of(path);
        if (!kind.isServable()) {
          throw new NbdException(
              NbdError.EINVAL, "%s is not a regular file or block device".formatted(path));
        }
        Opened opened = openChannel(path, readOnly);
        try {
          if (before.equals(identity(path))) {
            return new OpenFile(path, kind, opened.channel, opened.writable, before, controls);
          }
        } catch (IOException e) {
          try (opened.channel) {
            throw e;
          }
        }
        opened.channel.close();
      }
    } catch (NoSuchFileException e) {
      throw new NbdException(NbdError.EINVAL, "%s: no such file".formatted(path), e);
    } catch (NbdException e) {
      throw e;
    } catch (IOException e) {
      throw Errno.failure("open", path, e);
    }
    throw new NbdException(
        NbdError.EIO, "%s is replaced again and again, so it cannot be opened".formatted(path));
  }

  private record Opened(FileChannel channel, boolean writable) {}

  private static Opened openChannel(Path path, boolean readOnly) throws IOException {
    OpenOption[] read = {StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS};
    if (readOnly) {
      return new Opened(FileChannel.open(path, read), false);
    }
    OpenOption[] both = {
      StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS
    };
    try {
      return new Opened(FileChannel.open(path, both), true);
    } catch (IOException e) {
      try {
        return new Opened(FileChannel.open(path, read), false);
      } catch (IOException again) {
        again.addSuppressed(e);
        throw again;
      }
    }
  }

  /** Get what tells a file from all others; its path where the system has nothing better. */
  private static Object identity(Path path) throws IOException {
    return Objects.requireNonNullElse(
        Files.readAttributes(path, BasicFileAttributes.class).fileKey(), path);
  }

  Path path() {
    return path;
  }

  boolean isBlockDevice() {
    return kind == FileKind.BLOCK_DEVICE;
  }

  FileChannel channel() {
    return channel;
  }

  boolean isWritable() {
    return writable;
  }

  /** Get what identifies the file among all. */
  Object key() {
    return key;
  }

  /** Get control of the file beyond reading and writing. */
  FileControl control() throws IOException {
    FileControl made = control.get();
    if (made == null) {
      made = controls.open(path, key, writable);
      FileControl earlier = control.compareAndExchange(null, made);
      if (earlier != null) {
        made.close();
        return earlier;
      }
    }
    return made;
  }

  @Override
  public void close() throws IOException {
    try (FileControl _ = control.getAndSet(PortableFileControl.INSTANCE)) {
      channel.close();
    }
  }
}
