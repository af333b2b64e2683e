package nbdj.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** What the process was given as standard input, output and error. */
final class StandardStreams {
  /** The descriptor of the first socket handed over. */
  private static final int FIRST_HANDED_OVER = 3;

  private StandardStreams() {}

  /**
   * Keep layers away from standard input, where the client or its listening socket is: to read a
   * password from there, say, would take the client's words or wait for ever.
   */
  static void keepInputForTheClient() {
    System.setIn(new ClientsInput());
  }

  /** Keep layers away from standard input and output: what they print goes to standard error. */
  static void keepBothForTheClient() {
    keepInputForTheClient();
    System.setOut(System.err);
  }

  /**
   * Take the listening sockets that were handed over: a single one stands in the place of standard
   * input, several are descriptors 3 and further.
   */
  static List<ServerSocketChannel> listeners(int count) throws IOException {
    if (count == 1) {
      return List.of(listener());
    }
    List<ServerSocketChannel> listeners = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      listeners.add(HandedOverSocket.take(FIRST_HANDED_OVER + i));
    }
    return listeners;
  }

  private static ServerSocketChannel listener() throws IOException {
    keepErrors();
    Channel channel = System.inheritedChannel();
    if (channel instanceof ServerSocketChannel listener) {
      return listener;
    }
    throw new IOException("LISTEN_FDS: what is handed over is not a listening stream socket");
  }

  /**
   * Take standard input and output as one socket, if that is what they are: a client that starts
   * its server hands over one end of a pair of sockets as both.
   */
  static Optional<SocketChannel> socket() throws IOException {
    if (!sameFile()) {
      return Optional.empty();
    }
    keepErrors();
    System.setOut(System.err);
    return Optional.ofNullable(System.inheritedChannel())
        .filter(SocketChannel.class::isInstance)
        .map(SocketChannel.class::cast);
  }

  /** Take standard input. */
  static FileChannel input() {
    return new FileInputStream(FileDescriptor.in).getChannel();
  }

  /** Take standard output. */
  static FileChannel output() {
    return new FileOutputStream(FileDescriptor.out).getChannel();
  }

  private static boolean sameFile() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return true;
    }
    return Files.readSymbolicLink(descriptors.resolve("0"))
        .equals(Files.readSymbolicLink(descriptors.resolve("1")));
  }

  /**
   * Go on with a standard error of our own.
   *
   * <p>When an inherited channel is closed the JDK puts the null device in the place of all three
   * streams, and the last words of a server would be lost. A standard error that is itself a socket
   * cannot be opened again, and stays as it is.
   */
  private static void keepErrors() {
    try {
      System.setErr(new PrintStream(new FileOutputStream("/dev/fd/2", true), true));
    } catch (FileNotFoundException e) {
      LoggerFactory.getLogger(StandardStreams.class)
          .debug("standard error ends when the server stops", e);
    }
  }
}
