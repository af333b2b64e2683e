package nbdj.ext4;

/** One thing that happened to a recorded device, or that a workload noted between such things. */
sealed interface Event {

  /** Return its place in the order of events. */
  int time();

  /** A write or zero. */
  final class Change implements Event {

    private final int time;
    private final long offset;
    private final byte[] bytes;
    private final boolean fua;

    /**
     * Make one.
     *
     * @param bytes what the range holds after it, not to be modified any more
     * @param fua whether it was durable before anything that follows
     */
    Change(int time, long offset, byte[] bytes, boolean fua) {
      this.time = time;
      this.offset = offset;
      this.bytes = bytes;
      this.fua = fua;
    }

    @Override
    public int time() {
      return time;
    }

    long offset() {
      return offset;
    }

    long end() {
      return offset + bytes.length;
    }

    byte[] bytes() {
      return bytes;
    }

    boolean fua() {
      return fua;
    }

    /** Return the same change at another time. */
    Change at(int other) {
      return new Change(other, offset, bytes, fua);
    }

    @Override
    public String toString() {
      return "%d bytes at %d%s".formatted(bytes.length, offset, fua ? " fua" : "");
    }
  }

  /** A flush. */
  record Flush(int time) implements Event {}

  /** A moment that a workload refers to. */
  record Mark(int time) implements Event {}
}
