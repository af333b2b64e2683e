package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes that hold a filesystem.
 *
 * <p>All methods may be called by several threads at once. Offsets and lengths are in bytes and
 * always lie inside {@code [0, size())}. Buffers are not retained after a call returns.
 *
 * @since 0.1
 */
public interface BlockDevice {

  /**
   * Return the number of bytes on the device, which does not change while a filesystem is open on
   * it.
   *
   * @return at least 0
   */
  long size();

  /**
   * Tell whether the device refuses to be changed. If so, {@link #write}, {@link #zero}, {@link
   * #discard} and {@link #flush} are never called.
   *
   * @return true if the device can only be read
   */
  boolean readOnly();

  /**
   * Fill the rest of a buffer from the device.
   *
   * @param dst takes {@code dst.remaining()} bytes; full when the call returns
   * @param offset where on the device the first byte lies
   * @throws IOException if not every byte could be read
   */
  void read(ByteBuffer dst, long offset) throws IOException;

  /**
   * Write the rest of a buffer to the device.
   *
   * @param src gives {@code src.remaining()} bytes; empty when the call returns
   * @param offset where on the device the first byte goes
   * @param fua whether the bytes must be durable before the call returns
   * @throws IOException if not every byte could be written
   */
  void write(ByteBuffer src, long offset, boolean fua) throws IOException;

  /**
   * Make a range read as zeroes and keep its space allocated.
   *
   * @param offset where on the device the range begins
   * @param length its length
   * @param fua whether the zeroes must be durable before the call returns
   * @throws IOException if the range could not be zeroed
   */
  void zero(long offset, long length, boolean fua) throws IOException;

  /**
   * Learn that what a range holds is of no use any more. Whatever it reads as from then on is
   * right; it is written before it is used again. This is advice: a device that can make nothing of
   * it does nothing, as does this one.
   *
   * @param offset where on the device the range begins
   * @param length its length
   * @throws IOException if the device has failed
   */
  default void discard(long offset, long length) throws IOException {}

  /**
   * Make every completed write and zero durable.
   *
   * @throws IOException if that failed; what was written since the last flush may then be lost
   */
  void flush() throws IOException;
}
