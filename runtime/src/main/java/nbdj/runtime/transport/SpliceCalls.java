package nbdj.runtime.transport;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Calls the C library of 64-bit Linux for what moves bytes through a pipe.
 *
 * <p>To initialise this class takes the better part of a hundred milliseconds, and fails with a
 * {@link LinkageError} where native code may not be called. Every function is bound with one shape,
 * six longs to a long, because a second shape would double that time: on the supported processors
 * integer arguments are passed in registers of 64 bits, a function ignores what it does not take,
 * and a result of 32 bits is in the lower half.
 */
@SuppressWarnings("restricted")
final class SpliceCalls {
  /** What a thread passes to each call, for the error that it ends with. */
  static final StructLayout STATE = Linker.Option.captureStateLayout();

  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EINVAL = 22;

  private static final int O_CLOEXEC = 0x80000;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int SPLICE_F_MOVE = 1;

  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle PIPE2 = bind("pipe2");
  private static final MethodHandle FCNTL = bind("fcntl", Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SPLICE = bind("splice");
  private static final MethodHandle READ = bind("read");
  private static final MethodHandle CLOSE = bind("close");

  private SpliceCalls() {}

  /** Bind the calls, if that has not been done. */
  static void load() {
    // Whoever gets here has initialised the class.
  }

  /**
   * Make a pipe.
   *
   * @param ends receives the two descriptors, of the end to read from first
   * @return 0, or the error negated
   */
  static int pipe(MemorySegment state, MemorySegment ends) {
    return (int) call(PIPE2, state, ends.address(), O_CLOEXEC, 0, 0, 0, 0);
  }

  /** Have a pipe hold that many bytes; what it holds then, or the error negated. */
  static int resize(MemorySegment state, int pipe, int size) {
    return (int) call(FCNTL, state, pipe, F_SETPIPE_SZ, size, 0, 0, 0);
  }

  /**
   * Move bytes from one descriptor to another, one of which is a pipe's.
   *
   * @param position where in the target the bytes go, {@link MemorySegment#NULL} for its own
   * @return how many, or the error negated
   */
  static int splice(MemorySegment state, int from, int to, MemorySegment position, int count) {
    return (int) call(SPLICE, state, from, 0, to, position.address(), count, SPLICE_F_MOVE);
  }

  /** Read from a descriptor; how many bytes, or the error negated. */
  static int read(MemorySegment state, int from, MemorySegment target) {
    return (int) call(READ, state, from, target.address(), target.byteSize(), 0, 0, 0);
  }

  /** Close a descriptor, which is gone afterwards whatever the system says. */
  static void close(MemorySegment state, int fd) {
    once(CLOSE, state, fd, 0, 0, 0, 0, 0);
  }

  /** Call until no signal breaks the call off. */
  private static long call(
      MethodHandle function, MemorySegment state, long a, long b, long c, long d, long e, long f) {
    long result = once(function, state, a, b, c, d, e, f);
    while (result == -EINTR) {
      result = once(function, state, a, b, c, d, e, f);
    }
    return result;
  }

  private static long once(
      MethodHandle function, MemorySegment state, long a, long b, long c, long d, long e, long f) {
    try {
      // Each of the functions has a result that fits into an int, whatever is in the upper half.
      int result = (int) (long) function.invokeExact(state, a, b, c, d, e, f);
      return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new IllegalStateException("a native call threw", failure);
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
        function, FunctionDescriptor.of(word, word, word, word, word, word, word), options);
  }
}
