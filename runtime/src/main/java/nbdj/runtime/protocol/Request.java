package nbdj.runtime.protocol;

import java.nio.ByteBuffer;
import nbdj.api.Flag;
import nbdj.api.Flags;

/** One request of a client as it stands on the wire. Reused from request to request. */
final class Request {
  private int flags;
  private int type;
  private long cookie;
  private long offset;
  private long count;

  /** Take the fields that follow the magic number. */
  void decode(ByteBuffer bytes) {
    flags = bytes.getShort() & 0xffff;
    type = bytes.getShort() & 0xffff;
    cookie = bytes.getLong();
    offset = bytes.getLong();
    count = bytes.getInt() & 0xffff_ffffL;
  }

  int type() {
    return type;
  }

  /** Get what the client recognises the reply by. */
  long cookie() {
    return cookie;
  }

  /** Get the offset in bytes; as a client may claim anything, negative stands for 2^63 and more. */
  long offset() {
    return offset;
  }

  /** Get the count in bytes, from 0 to 2^32-1. */
  long count() {
    return count;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Tell whether a flag is set that is not among the allowed ones. */
  boolean hasOtherThan(int allowed) {
    return (flags & ~allowed) != 0;
  }

  /** Get the flags of a write or trim as layers know them. */
  Flags writeFlags() {
    return has(Wire.FLAG_FUA) ? Flags.of(Flag.FUA) : Flags.NONE;
  }

  /** Get the flags of a zero as layers know them. */
  Flags zeroFlags() {
    Flags result = writeFlags();
    if (!has(Wire.FLAG_NO_HOLE)) {
      result = result.with(Flag.MAY_TRIM);
    }
    if (has(Wire.FLAG_FAST_ZERO)) {
      result = result.with(Flag.FAST_ZERO);
    }
    return result;
  }

  @Override
  public String toString() {
    String name =
        switch (type) {
          case Wire.CMD_READ -> "read";
          case Wire.CMD_WRITE -> "write";
          case Wire.CMD_DISC -> "disconnect";
          case Wire.CMD_FLUSH -> "flush";
          case Wire.CMD_TRIM -> "trim";
          case Wire.CMD_CACHE -> "cache";
          case Wire.CMD_WRITE_ZEROES -> "zero";
          case Wire.CMD_BLOCK_STATUS -> "block status";
          default -> "command " + type;
        };
    return "%s of %d bytes at %s".formatted(name, count, Long.toUnsignedString(offset));
  }
}
