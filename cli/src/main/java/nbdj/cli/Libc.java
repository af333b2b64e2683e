package nbdj.cli;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The few calls of Linux's C library for which Java has nothing. Loaded only where one is needed.
 *
 * <p>Numbers are those of the kernel's interface, the same on all its 64-bit machines but for MIPS
 * and SPARC. Safe for use by many threads.
 */
@SuppressWarnings("restricted") // The launcher allows it by --enable-native-access.
final class Libc {
  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SO_ACCEPTCONN = 30;
  private static final int O_RDWR = 2;

  /** The size of {@code struct sockaddr_storage}, in bytes. */
  private static final int ADDRESS = 128;

  /** The size of {@code sun_path}, in bytes. */
  private static final int UNIX_PATH = 108;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_FIELD =
      Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private static final MethodHandle SOCKET = call("socket", INT, INT, INT, INT);
  private static final MethodHandle SENDTO =
      call("sendto", LONG, INT, POINTER, LONG, INT, POINTER, INT);
  private static final MethodHandle GETSOCKNAME = call("getsockname", INT, INT, POINTER, POINTER);
  private static final MethodHandle GETSOCKOPT =
      call("getsockopt", INT, INT, INT, INT, POINTER, POINTER);
  private static final MethodHandle OPEN = call("open", INT, POINTER, INT);
  private static final MethodHandle DUP2 = call("dup2", INT, INT, INT);
  private static final MethodHandle CLOSE = call("close", INT, INT);

  private Libc() {}

  /** One call; gets the segment that takes errno, and gives what the function returns. */
  @FunctionalInterface
  private interface Call {
    long run(Arena arena, MemorySegment errno) throws Throwable;
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, parameters), ERRNO);
  }

  /** Make a call that returns -1 for a failure. */
  private static long run(String what, Call call) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long result = call.run(arena, state);
      if (result < 0) {
        throw new IOException("%s: errno %d".formatted(what, (int) ERRNO_FIELD.get(state, 0L)));
      }
      return result;
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Send a datagram to a unix socket.
   *
   * @param path where it is; {@code @} at the beginning stands for the NUL of an abstract name
   */
  static void send(String path, byte[] message) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length >= UNIX_PATH) {
      throw new IOException("%s: not the path of a unix socket".formatted(path));
    }
    boolean isAbstract = name[0] == '@';
    if (isAbstract) {
      name[0] = 0;
    }
    int socket =
        (int)
            run(
                "socket",
                (arena, errno) ->
                    (int) SOCKET.invokeExact(errno, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    try {
      run(
          path,
          (arena, errno) -> {
            MemorySegment address = arena.allocate(ADDRESS, 8);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
            int length = 2 + name.length + (isAbstract ? 0 : 1);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
            return (long)
                SENDTO.invokeExact(
                    errno, socket, bytes, (long) message.length, MSG_NOSIGNAL, address, length);
          });
    } finally {
      close(socket);
    }
  }

  /** Tell whether a descriptor is a stream socket that listens. */
  static boolean isListener(int descriptor) {
    try {
      return option(descriptor, SO_TYPE) == SOCK_STREAM && option(descriptor, SO_ACCEPTCONN) == 1;
    } catch (IOException e) {
      // No socket, or not even open.
      return false;
    }
  }

  private static int option(int descriptor, int option) throws IOException {
    return (int)
        run(
            "getsockopt",
            (arena, errno) -> {
              MemorySegment value = arena.allocate(INT);
              MemorySegment length = arena.allocateFrom(INT, Integer.BYTES);
              int result =
                  (int)
                      GETSOCKOPT.invokeExact(errno, descriptor, SOL_SOCKET, option, value, length);
              return result < 0 ? result : value.get(INT, 0);
            });
  }

  /** Get the address of a socket as the kernel has it: a {@code struct sockaddr}. */
  static byte[] addressOf(int descriptor) throws IOException {
    byte[] address = new byte[ADDRESS];
    int length =
        (int)
            run(
                "getsockname",
                (arena, errno) -> {
                  MemorySegment bytes = arena.allocate(ADDRESS, 8);
                  MemorySegment size = arena.allocateFrom(INT, ADDRESS);
                  int result = (int) GETSOCKNAME.invokeExact(errno, descriptor, bytes, size);
                  MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, address, 0, ADDRESS);
                  return result < 0 ? result : size.get(INT, 0);
                });
    return Arrays.copyOf(address, Math.min(length, ADDRESS));
  }

  /** Open a file for reading and writing, and get its descriptor. */
  static int open(String path) throws IOException {
    return (int)
        run(
            path,
            (arena, errno) -> (int) OPEN.invokeExact(errno, arena.allocateFrom(path), O_RDWR));
  }

  /** Have a descriptor stand for what another one stands for. */
  static void duplicate(int from, int to) throws IOException {
    run("dup2", (arena, errno) -> (int) DUP2.invokeExact(errno, from, to));
  }

  static void close(int descriptor) throws IOException {
    run("close", (arena, errno) -> (int) CLOSE.invokeExact(errno, descriptor));
  }
}
