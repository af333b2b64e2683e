package nbdj.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Controls a file of Linux through a descriptor of its own.
 *
 * <p>A {@link java.nio.channels.FileChannel} does not give its descriptor away. Holes, allocation
 * and the page cache belong to the file, not to the descriptor, so another one serves as well. The
 * descriptor's position is moved by searches but never used, so they need no lock.
 */
final class LinuxFileControl implements FileControl {
  private static final int O_RDONLY = 0;
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 02000000;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int KEEP_SIZE = 1;
  private static final int PUNCH_HOLE = 2;
  private static final int ZERO_RANGE = 0x10;
  private static final long BLKDISCARD = 0x1277;
  private static final long BLKZEROOUT = 0x127f;
  private static final int FADV_WILLNEED = 3;
  private static final int FADV_DONTNEED = 4;
  private static final int SYNC_WAIT_BEFORE = 1;
  private static final int SYNC_WRITE = 2;
  private static final int SYNC_WAIT_AFTER = 4;

  private final Path path;
  private final int fd;

  private LinuxFileControl(Path path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /**
   * Open a file a second time.
   *
   * @param path where the file was
   * @param key the file's identity, {@link BasicFileAttributes#fileKey}
   * @throws IOException if it cannot be opened or is another file now
   */
  static LinuxFileControl open(Path path, Object key, boolean writable) throws IOException {
    int fd = SystemCalls.open(path.toString(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (fd < 0) {
      throw Errno.failure("open", path, -fd);
    }
    LinuxFileControl control = new LinuxFileControl(path, fd);
    try {
      Path opened = Path.of("/proc/self/fd", Integer.toString(fd));
      if (key.equals(Files.readAttributes(opened, BasicFileAttributes.class).fileKey())) {
        return control;
      }
      throw new IOException("%s was replaced by another file".formatted(path));
    } catch (IOException | RuntimeException e) {
      try (control) {
        throw e;
      }
    }
  }

  @Override
  public long nextData(long offset) throws IOException {
    return seek(offset, SEEK_DATA);
  }

  @Override
  public long nextHole(long offset) throws IOException {
    return seek(offset, SEEK_HOLE);
  }

  @Override
  public @Nullable Space nextAllocated(long begin, long end) throws IOException {
    long[] found = new long[2];
    int result = SystemCalls.firstExtent(fd, begin, end - begin, found);
    if (result == -Errno.EINVAL || !check("map", result)) {
      return null;
    }
    long from = Math.max(begin, found[0]);
    long to = Math.min(end, found[0] + found[1]);
    return from < to ? new Space(from, to) : null;
  }

  @Override
  public boolean punch(long offset, long count) throws IOException {
    return check("punch", SystemCalls.fallocate(fd, PUNCH_HOLE | KEEP_SIZE, offset, count));
  }

  @Override
  public boolean zeroRange(long offset, long count) throws IOException {
    return check("zero", SystemCalls.fallocate(fd, ZERO_RANGE | KEEP_SIZE, offset, count));
  }

  @Override
  public boolean allocate(long offset, long count) throws IOException {
    return check("allocate", SystemCalls.fallocate(fd, KEEP_SIZE, offset, count));
  }

  @Override
  public boolean zeroSectors(long offset, long count) throws IOException {
    return check("zero", SystemCalls.ioctlRange(fd, BLKZEROOUT, offset, count));
  }

  @Override
  public boolean discardSectors(long offset, long count) throws IOException {
    return check("discard", SystemCalls.ioctlRange(fd, BLKDISCARD, offset, count));
  }

  @Override
  public boolean prefetch(long offset, long count) throws IOException {
    return check("prefetch", SystemCalls.fadvise(fd, offset, count, FADV_WILLNEED));
  }

  @Override
  public boolean evict(long offset, long count) throws IOException {
    return check("evict", SystemCalls.fadvise(fd, offset, count, FADV_DONTNEED));
  }

  @Override
  public boolean startWriteback(long offset, long count) throws IOException {
    return check("write back", SystemCalls.syncFileRange(fd, offset, count, SYNC_WRITE));
  }

  @Override
  public boolean finishWriteback(long offset, long count) throws IOException {
    int flags = SYNC_WAIT_BEFORE | SYNC_WRITE | SYNC_WAIT_AFTER;
    return check("write back", SystemCalls.syncFileRange(fd, offset, count, flags));
  }

  @Override
  public void close() throws IOException {
    int result = SystemCalls.close(fd);
    if (result < 0) {
      throw Errno.failure("close", path, -result);
    }
  }

  private long seek(long offset, int whence) throws IOException {
    long found = SystemCalls.lseek(fd, offset, whence);
    if (found >= 0) {
      return found;
    }
    return switch ((int) -found) {
      case Errno.ENXIO -> NONE;
      // A block device, or a file system that knows no holes.
      case Errno.EINVAL, Errno.EOPNOTSUPP, Errno.ENOSYS -> UNSUPPORTED;
      default -> throw Errno.failure("find the holes of", path, (int) -found);
    };
  }

  private boolean check(String action, int result) throws IOException {
    return switch (-result) {
      case 0 -> true;
      case Errno.EOPNOTSUPP, Errno.ENOSYS, Errno.ENOTTY -> false;
      default -> throw Errno.failure(action, path, -result);
    };
  }
}
