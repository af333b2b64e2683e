package nbdj.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Gives the bytes of a {@code write}, from the first byte of the range to the last: the counterpart
 * of {@link ReadSink}.
 *
 * <p>A layer says where the bytes belong, and the server receives them from the client straight
 * there. They may still be on their way, so that each call here may wait for a client that sends
 * slowly. A layer that must not wait has the server wait first: it implements {@code pwrite} and no
 * {@code write}. When the client goes away in the middle, a call throws {@link NbdException} and
 * the range holds any mixture of the old bytes and the new ones; nobody was told that it was
 * written.
 *
 * <p>Rules of sources:
 *
 * <ul>
 *   <li><b>S-1</b> The pieces that a layer takes add up to exactly the count of its {@code write};
 *       one that fails may take less.
 *   <li><b>S-2</b> A source is used by one thread, inside the {@code write} it was passed to, and
 *       not kept.
 *   <li><b>S-3</b> No lock is held across a call of a source that another request may need, for it
 *       may wait as long as a client likes.
 *   <li><b>S-4</b> A layer that implements both {@code write} and {@code pwrite} does the same in
 *       both. The server calls {@code write} for long requests, where all layers implement it and
 *       are parallel, and {@code pwrite} for all others.
 * </ul>
 *
 * @since 0.1
 */
public interface WriteSource {
  /**
   * Receive the next bytes into memory of the layer's.
   *
   * @param target filled from position to limit, its position being at its limit afterwards; at
   *     least one byte; a direct buffer costs least
   */
  void bytes(ByteBuffer target) throws IOException;

  /**
   * Have the next bytes written into a file, which the server may do without copying them.
   *
   * @param channel an open, writable channel; its position is neither used nor changed
   * @param position where the bytes go in the file
   * @param count how many bytes, at least 1
   * @throws NbdException if the client went away
   * @throws IOException if the file could not be written
   */
  void file(FileChannel channel, long position, long count) throws IOException;

  /**
   * Receive the next bytes into a buffer of the server's.
   *
   * @param count how many bytes, at least 1
   * @return a direct, read-only, big-endian buffer with exactly {@code count} bytes between
   *     position and limit, which holds them until {@code write} returns
   */
  ByteBuffer buffer(int count) throws IOException;
}
