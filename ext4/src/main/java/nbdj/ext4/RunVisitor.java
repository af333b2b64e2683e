package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Receives the pieces of a range of a file, in order and without gaps.
 *
 * <p>Pieces are as long as they can be: two neighbours are never of one kind and adjacent on the
 * device.
 *
 * @since 0.1
 */
public interface RunVisitor {

  /**
   * Take a piece whose bytes lie on the device.
   *
   * @param deviceOffset byte on the device where the piece begins
   * @param length bytes, at least 1
   * @throws IOException to end the walk; passed on to its caller
   */
  void device(long deviceOffset, long length) throws IOException;

  /**
   * Take a piece that reads as zeroes and has no bytes on the device.
   *
   * @param length bytes, at least 1
   * @param hole true if the piece has no space allocated; false if it has, but was never written
   * @throws IOException to end the walk; passed on to its caller
   */
  void zeroes(long length, boolean hole) throws IOException;

  /**
   * Take a piece whose bytes are kept in the file's inode.
   *
   * @param content the bytes, at least 1; read-only, valid until the call returns
   * @throws IOException to end the walk; passed on to its caller
   */
  void bytes(ByteBuffer content) throws IOException;
}
