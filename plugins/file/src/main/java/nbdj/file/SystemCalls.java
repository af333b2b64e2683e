package nbdj.file;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;

/**
 * Calls the C library of 64-bit Linux.
 *
 * <p>To initialise this class takes the better part of a hundred milliseconds, and fails with a
 * {@link LinkageError} where native code may not be called. Every function is bound with one shape,
 * four longs to a long, because a second shape would double that time: on the supported processors
 * integer arguments are passed in registers of 64 bits, a function ignores what it does not take,
 * and a result of 32 bits is in the lower half.
 */
@SuppressWarnings("restricted")
final class SystemCalls {
  /** The error for a call that a signal broke off. */
  private static final int EINTR = 4;

  private static final long FS_IOC_FIEMAP = 0xc020660bL;

  /** The length in bytes of {@code struct fiemap} before its extents. */
  private static final int FIEMAP_HEADER = 32;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPEN = bind("open", Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL = bind("ioctl", Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE = bind("close");
  private static final MethodHandle LSEEK = bind("lseek");
  private static final MethodHandle FALLOCATE = bind("fallocate");
  private static final MethodHandle FADVISE = bind("posix_fadvise");
  private static final MethodHandle SYNC_FILE_RANGE = bind("sync_file_range");
  private static final MethodHandle STRERROR = bind("strerror");

  private SystemCalls() {}

  /** Bind the calls, if that has not been done. */
  static void load() {
    // Whoever gets here has initialised the class.
  }

  /**
   * Open a file.
   *
   * @return the descriptor, or the error negated
   */
  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
      return (int) call(OPEN, true, arena.allocateFrom(path, charset).address(), flags, 0, 0);
    }
  }

  /**
   * Close a descriptor; 0, or the error negated. It is not repeated after a signal: the descriptor
   * is gone by then and may be another's.
   */
  static int close(int fd) {
    return (int) once(CLOSE, true, fd, 0, 0, 0);
  }

  /** Move a descriptor's position; the new one, or the error negated. */
  static long lseek(int fd, long offset, int whence) {
    return call(LSEEK, false, fd, offset, whence, 0);
  }

  /** Change the allocation of a range; 0, or the error negated. */
  static int fallocate(int fd, int mode, long offset, long count) {
    return (int) call(FALLOCATE, true, fd, mode, offset, count);
  }

  /** Advise on the use of a range; 0, or the error negated. */
  static int fadvise(int fd, long offset, long count, int advice) {
    // This function returns its error and does not set errno.
    return -(int) call(FADVISE, true, fd, offset, count, advice);
  }

  /** Write back a range; 0, or the error negated. */
  static int syncFileRange(int fd, long offset, long count, int flags) {
    return (int) call(SYNC_FILE_RANGE, true, fd, offset, count, flags);
  }

  /** Make a request of a device that takes offset and count; 0, or the error negated. */
  static int ioctlRange(int fd, long request, long offset, long count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = arena.allocateFrom(ValueLayout.JAVA_LONG, offset, count);
      return (int) call(IOCTL, true, fd, request, range.address(), 0);
    }
  }

  /**
   * Find the first extent of a file that touches a range.
   *
   * @param found receives where it begins and its length, both 0 if there is none
   * @return 0, or the error negated
   */
  static int firstExtent(int fd, long offset, long count, long[] found) {
    try (Arena arena = Arena.ofConfined()) {
      // struct fiemap with room for one struct fiemap_extent.
      MemorySegment map = arena.allocate(FIEMAP_HEADER + 56, 8);
      map.set(ValueLayout.JAVA_LONG, 0, offset);
      map.set(ValueLayout.JAVA_LONG, 8, count);
      map.set(ValueLayout.JAVA_INT, 24, 1);
      int result = (int) call(IOCTL, true, fd, FS_IOC_FIEMAP, map.address(), 0);
      boolean any = result == 0 && map.get(ValueLayout.JAVA_INT, 20) > 0;
      found[0] = any ? map.get(ValueLayout.JAVA_LONG, FIEMAP_HEADER) : 0;
      found[1] = any ? map.get(ValueLayout.JAVA_LONG, FIEMAP_HEADER + 16) : 0;
      return result;
    }
  }

  /** Get the text of an error in the language of the process. */
  static String strerror(int errno) {
    long text = call(STRERROR, false, errno, 0, 0, 0);
    return MemorySegment.ofAddress(text).reinterpret(1024).getString(0, Charset.defaultCharset());
  }

  /** Call until no signal breaks the call off. */
  private static long call(MethodHandle function, boolean isInt, long a, long b, long c, long d) {
    long result = once(function, isInt, a, b, c, d);
    while (result == -EINTR) {
      result = once(function, isInt, a, b, c, d);
    }
    return result;
  }

  private static long once(MethodHandle function, boolean isInt, long a, long b, long c, long d) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = (long) function.invokeExact(state, a, b, c, d);
      result = isInt ? (int) result : result;
      return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native call threw", e);
    }
  }

  private static MethodHandle bind(String name, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    System.arraycopy(more, 0, options, 1, more.length);
    options[0] = Linker.Option.captureCallState("errno");
    MemorySegment function =
        LINKER
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("no function " + name));
    ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
    return LINKER.downcallHandle(
        function, FunctionDescriptor.of(word, word, word, word, word), options);
  }
}
