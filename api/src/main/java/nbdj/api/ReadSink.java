package nbdj.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Receives the answer to a {@code read}, piece by piece, from the first byte of the range to the
 * last.
 *
 * <p>A layer answers with whatever costs it least: bytes put into a buffer of the server's, bytes
 * it has in memory, a range of a file, or zeroes. Nothing reaches the client before {@code read}
 * returns, so a layer may fail after any piece.
 *
 * <p>Rules of reading:
 *
 * <ul>
 *   <li><b>R-1</b> {@code read} and {@code pread} are called with a count of at least one byte and
 *       a range inside the export.
 *   <li><b>R-2</b> The pieces of an answer add up to exactly the count asked for; a {@code pread}
 *       fills its buffer and leaves its position at its limit.
 *   <li><b>R-3</b> A read changes no byte of the export.
 *   <li><b>R-4</b> A buffer got from {@link #buffer} is filled wholly before {@code read} returns
 *       and not touched afterwards.
 *   <li><b>R-5</b> A buffer lent with {@link #bytes(ByteBuffer)} keeps its meaning until the answer
 *       is sent: it is not reused for other bytes. The server changes neither its content nor its
 *       position and limit.
 *   <li><b>R-6</b> A file lent with {@link #file} stays open as long as the handle does, and its
 *       range holds the answer until then.
 *   <li><b>R-7</b> A plugin that implements both {@code read} and {@code pread} answers both alike.
 *   <li><b>R-8</b> A sink is used by one thread, inside the {@code read} it was passed to, and not
 *       kept.
 * </ul>
 *
 * @since 0.1
 */
public interface ReadSink {
  /**
   * Get a buffer for the next bytes of the answer, to be filled by the layer.
   *
   * @param count how many bytes, at least 1
   * @return a direct buffer of the server's with exactly {@code count} bytes between position and
   *     limit; its order is big-endian and what it held before is unspecified
   */
  ByteBuffer buffer(int count) throws IOException;

  /**
   * Lend memory that holds the next bytes of the answer, from its position to its limit.
   *
   * <p>The server keeps the buffer until the answer is sent or dropped, so this is for memory that
   * is reclaimed by garbage collection alone; for any other there is {@link #bytes(ByteBuffer,
   * Runnable)}.
   */
  void bytes(ByteBuffer bytes) throws IOException;

  /**
   * Lend memory that holds the next bytes of the answer, and be told when the server is done with
   * it.
   *
   * <p>Without any bytes, this tells when the server is done with what was lent before, a range of
   * a file for example.
   *
   * @param release run exactly once, on any thread, when the answer has been sent or dropped; must
   *     not throw or block
   */
  void bytes(ByteBuffer bytes, Runnable release) throws IOException;

  /**
   * Answer the next bytes with a range of a file, which the server may send without copying it.
   *
   * @param channel an open, readable channel; its position is neither used nor changed
   * @param position where the bytes begin in the file
   * @param count how many bytes; the file must hold them all
   */
  void file(FileChannel channel, long position, long count) throws IOException;

  /**
   * Answer the next bytes with zeroes, which the server may send as a hole.
   *
   * @param count how many bytes
   */
  void zeroes(long count) throws IOException;
}
