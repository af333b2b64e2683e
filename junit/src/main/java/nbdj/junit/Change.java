package nbdj.junit;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.Next;

/**
 * A change of a range that a disk has taken, or what is left of it.
 *
 * @param number its place in the order of changes; parts of one change share it
 * @param kind what is changed
 * @param offset where it begins, in bytes
 * @param count its length in bytes, at least 1
 * @param bytes what is written, {@code count} bytes from index 0 on; empty for all other kinds
 */
record Change(long number, Kind kind, long offset, long count, ByteBuffer bytes) {
  /** What a change does to its range. */
  enum Kind {
    /** It holds the bytes. */
    WRITE(ExtentType.DATA),
    /** It reads as zeroes and stays allocated. */
    ZERO(ExtentType.ZERO),
    /** It reads as zeroes and may become a hole. */
    PUNCH(ExtentType.HOLE_ZERO),
    /** It reads as anything: here, as before until the change is made on the disk below. */
    TRIM(ExtentType.DATA);

    private final ExtentType type;

    Kind(ExtentType type) {
      this.type = type;
    }

    /** Get what the range is then, as block status has it. */
    ExtentType type() {
      return type;
    }
  }

  /** Get where it ends, exclusive. */
  long end() {
    return offset + count;
  }

  /** Get the part of it that lies between two offsets, both of which lie inside it. */
  Change part(long from, long to) {
    if (from == offset && to == end()) {
      return this;
    }
    ByteBuffer part =
        kind == Kind.WRITE ? bytes.slice((int) (from - offset), (int) (to - from)) : bytes;
    return new Change(number, kind, from, to - from, part);
  }

  /** Make the change on the disk below. */
  void make(Next next) throws IOException {
    switch (kind) {
      case WRITE -> next.pwrite(bytes.duplicate(), offset, Flags.NONE);
      case ZERO -> next.zero(offset, count, Flags.NONE);
      case PUNCH -> next.zero(offset, count, Flags.of(Flag.MAY_TRIM));
      case TRIM -> next.trim(offset, count, Flags.NONE);
    }
  }
}
