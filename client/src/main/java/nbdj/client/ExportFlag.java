package nbdj.client;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a server says of an export: its transmission flags.
 *
 * @since 0.1
 */
public enum ExportFlag {
  /** Nothing can be written. */
  READ_ONLY(1 << 1),
  /** Flush is offered. */
  SEND_FLUSH(1 << 2),
  /** FUA is offered with all that changes data. */
  SEND_FUA(1 << 3),
  /** Distant offsets take long to reach. */
  ROTATIONAL(1 << 4),
  /** Trim is offered. */
  SEND_TRIM(1 << 5),
  /** Write zeroes is offered. */
  SEND_WRITE_ZEROES(1 << 6),
  /** Reads in one piece are offered. */
  SEND_DF(1 << 7),
  /** Several connections see one export: a flush on one is a flush of all. */
  CAN_MULTI_CONN(1 << 8),
  /** Resizing is offered, which this client does not ask for. */
  SEND_RESIZE(1 << 9),
  /** Cache is offered. */
  SEND_CACHE(1 << 10),
  /** Zeroing that fails rather than being slow is offered. */
  SEND_FAST_ZERO(1 << 11),
  /** Block status may be asked of some of the contexts agreed on. */
  BLOCK_STATUS_PAYLOAD(1 << 12);

  /** The bit that any server sets. */
  static final int HAS_FLAGS = 1;

  private final int bit;

  ExportFlag(int bit) {
    this.bit = bit;
  }

  static Set<ExportFlag> of(int bits) {
    Set<ExportFlag> flags = EnumSet.noneOf(ExportFlag.class);
    for (ExportFlag flag : values()) {
      if ((bits & flag.bit) != 0) {
        flags.add(flag);
      }
    }
    return Collections.unmodifiableSet(flags);
  }
}
