package nbdj.cli;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import org.slf4j.LoggerFactory;

/** What the process was given as standard input, output and error. */
final class StandardStreams {
  private StandardStreams() {}

  /** Take the listening socket that stands in the place of standard input. */
  static ServerSocketChannel listener() throws IOException {
    keepErrors();
    Channel channel = System.inheritedChannel();
    if (channel instanceof ServerSocketChannel listener) {
      return listener;
    }
    throw new IOException("LISTEN_FDS: what is handed over is not a listening stream socket");
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
