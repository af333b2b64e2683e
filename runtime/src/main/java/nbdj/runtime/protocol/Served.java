package nbdj.runtime.protocol;

import java.io.IOException;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.Next;

/**
 * An open export and what its client is told about it.
 *
 * @param requestedName the name that the client asked for
 * @param next what takes its requests
 * @param size in bytes
 * @param flags the transmission flags but for those that hang on what was negotiated
 * @param blockSize the constraints
 * @param description a text for people
 */
record Served(
    String requestedName,
    Next next,
    long size,
    int flags,
    BlockSize blockSize,
    Optional<String> description) {
  /** Ask an open export for all that a client may be told. */
  static Served of(String requestedName, Next next) throws IOException {
    boolean write = next.canWrite();
    boolean zero = write && next.canZero().available();
    int flags = Wire.HAS_FLAGS;
    flags |= when(!write, Wire.READ_ONLY);
    flags |= when(next.canFlush(), Wire.SEND_FLUSH);
    flags |= when(next.canFua().available(), Wire.SEND_FUA);
    flags |= when(next.isRotational(), Wire.ROTATIONAL);
    flags |= when(write && next.canTrim(), Wire.SEND_TRIM);
    flags |= when(zero, Wire.SEND_WRITE_ZEROES);
    flags |= when(next.canMultiConn(), Wire.CAN_MULTI_CONN);
    flags |= when(next.canCache().available(), Wire.SEND_CACHE);
    flags |= when(zero && next.canFastZero(), Wire.SEND_FAST_ZERO);
    return new Served(
        requestedName, next, next.size(), flags, next.blockSize(), next.description());
  }

  private static int when(boolean condition, int flag) {
    return condition ? flag : 0;
  }

  /** Tell whether a flag is among the flags. */
  boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
