package nbdj.runtime.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A byte stream to and from one client, with blocking calls.
 *
 * <p>One thread reads and another may write at the same time; who writes takes care that it is the
 * only writer. Any thread may shut the input or close the link: a thread blocked in a call then
 * comes back. No thread in a call may be interrupted.
 */
public interface Link extends Closeable {
  /** Name the other end, for log lines. */
  String peer();

  /** Get where the other end is; empty if it has no address. */
  Optional<SocketAddress> address();

  /**
   * Read what has arrived, and wait while nothing has.
   *
   * @param buffer receives the bytes; has room for at least one
   * @return how many bytes, or -1 when the client has sent all it ever will
   */
  int read(ByteBuffer buffer) throws IOException;

  /**
   * Read what has arrived, as {@link #read(ByteBuffer)} does, and what does not fit into one buffer
   * into another. A link may leave the second for the next call.
   *
   * @param buffer has room for at least one byte
   * @param more receives bytes only if the first is full
   */
  default int read(ByteBuffer buffer, ByteBuffer more) throws IOException {
    return read(buffer);
  }

  /**
   * Get what moves bytes that arrive into files without copying them.
   *
   * @return null if this link cannot, or not yet; what it returned once may be kept until the link
   *     is closed
   */
  default @Nullable Splice splice() {
    return null;
  }

  /** Write all bytes of some buffers, in order. */
  void write(ByteBuffer[] buffers, int first, int count) throws IOException;

  /**
   * Write a range of a file.
   *
   * @return how many bytes were written: less than {@code count} only if the file ended
   */
  long send(FileChannel file, long position, long count) throws IOException;

  /** Read no more: a blocked read and all later ones return -1. What was read can be answered. */
  void shutdownInput() throws IOException;

  /**
   * Say goodbye where the stream knows one, without waiting for the client. For the last thread
   * that uses the link, before it closes it.
   */
  default void finish() throws IOException {}

  /** Close both directions. The second call does nothing. */
  @Override
  void close() throws IOException;
}
