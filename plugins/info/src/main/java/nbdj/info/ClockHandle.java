package nbdj.info;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import nbdj.api.PluginHandle;

/** A disk that tells the time of each read. */
final class ClockHandle implements PluginHandle {
  private static final int SIZE = Long.BYTES + Integer.BYTES;

  /**
   * A time.
   *
   * @param micros from 0 to 999999
   */
  record Time(long seconds, int micros) {}

  private final Supplier<Time> clock;

  ClockHandle(Supplier<Time> clock) {
    this.clock = clock;
  }

  /** Make a disk that tells how long ago something was. */
  static ClockHandle since(long nanoTime) {
    return new ClockHandle(() -> {
      long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - nanoTime);
      return new Time(micros / 1_000_000, (int) (micros % 1_000_000));
    });
  }

  @Override
  public long size() {
    return SIZE;
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) {
    Time now = clock.get();
    ByteBuffer all = ByteBuffer.allocate(SIZE).putLong(now.seconds).putInt(now.micros);
    buffer.put(all.array(), (int) offset, buffer.remaining());
  }
}
