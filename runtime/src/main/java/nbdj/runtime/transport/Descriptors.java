package nbdj.runtime.transport;

import java.io.FileDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;

/**
 * Gets the file descriptors of channels, which the JDK keeps to itself: its package {@code
 * sun.nio.ch} must be open to this one ({@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}), or
 * this class fails with an {@link ExceptionInInitializerError}.
 */
final class Descriptors {
  private static final MethodHandle OF_SOCKET;
  private static final MethodHandle OF_FILE;

  /** The class whose descriptor is known; other file channels are somebody's own. */
  private static final Class<?> FILE;

  static {
    try {
      MethodHandles.Lookup here = MethodHandles.lookup();
      Class<?> socket = Class.forName("sun.nio.ch.SelChImpl");
      Class<?> util = Class.forName("sun.nio.ch.IOUtil");
      FILE = Class.forName("sun.nio.ch.FileChannelImpl");
      OF_SOCKET =
          MethodHandles.privateLookupIn(socket, here)
              .findVirtual(socket, "getFDVal", MethodType.methodType(int.class))
              .asType(MethodType.methodType(int.class, SocketChannel.class));
      MethodHandle value =
          MethodHandles.privateLookupIn(util, here)
              .findStatic(util, "fdVal", MethodType.methodType(int.class, FileDescriptor.class));
      MethodHandle descriptor =
          MethodHandles.privateLookupIn(FILE, here).findGetter(FILE, "fd", FileDescriptor.class);
      OF_FILE =
          MethodHandles.filterReturnValue(descriptor, value)
              .asType(MethodType.methodType(int.class, FileChannel.class));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Descriptors() {}

  /** Fail if descriptors cannot be had. */
  static void load() {
    // Whoever gets here has initialised the class.
  }

  /** Get the descriptor of a socket. It is the caller's to know that the socket stays open. */
  static int of(SocketChannel socket) {
    try {
      return (int) OF_SOCKET.invokeExact(socket);
    } catch (Throwable e) {
      throw new IllegalStateException("no descriptor of a socket", e);
    }
  }

  /** Get the descriptor of a file, which stays open; -1 if it is not known. */
  static int of(FileChannel file) {
    if (file.getClass() != FILE) {
      return -1;
    }
    try {
      return (int) OF_FILE.invokeExact(file);
    } catch (Throwable e) {
      throw new IllegalStateException("no descriptor of a file", e);
    }
  }
}
