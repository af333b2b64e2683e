package nbdj.runtime.protocol;

import java.nio.ByteBuffer;
import nbdj.api.Flag;
import nbdj.api.Flags;
import org.jspecify.annotations.Nullable;

/** One request of a client as it stands on the wire. Reused from request to request. */
final class Request {
  private final Headers headers;
  private int flags;
  private int type;
  private long cookie;
  private long offset;
  private long count;

  /** How many bytes of payload follow the header and have not been received. */
  private long payload;

  /** Which of the selected metadata contexts are asked about; null for all. */
  private boolean @Nullable [] asked;

  Request(Headers headers) {
    this.headers = headers;
  }

  /** Take the fields that follow the magic number. */
  void decode(ByteBuffer bytes) {
    flags = bytes.getShort() & 0xffff;
    type = bytes.getShort() & 0xffff;
    cookie = bytes.getLong();
    offset = bytes.getLong();
    asked = null;
    if (headers == Headers.EXTENDED) {
      count = bytes.getLong();
      payload = has(Wire.FLAG_PAYLOAD_LEN) ? count : 0;
    } else {
      count = bytes.getInt() & 0xffff_ffffL;
      payload = type == Wire.CMD_WRITE ? count : 0;
    }
  }

  /** Take the length that stands in the payload of a request for block status. */
  void takeLength(long length) {
    count = length;
    payload = 0;
  }

  /** Ask about some of the selected metadata contexts only. */
  void askFor(boolean[] which) {
    asked = which;
  }

  /** Tell whether one of the selected metadata contexts is asked about, by its place. */
  boolean asksFor(int place) {
    return asked == null || asked[place];
  }

  /** Note that the payload was received. */
  void payloadReceived() {
    payload = 0;
  }

  Headers headers() {
    return headers;
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

  /** Get the count in bytes; negative stands for 2^63 and more. */
  long count() {
    return count;
  }

  /** Get how many bytes are still to be received; negative stands for 2^63 and more. */
  long payload() {
    return payload;
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
    return "%s of %s bytes at %s"
        .formatted(nameOf(type), Long.toUnsignedString(count), Long.toUnsignedString(offset));
  }

  /** Name a command. */
  static String nameOf(int type) {
    return switch (type) {
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
  }
}
