package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * A device whose flushes can be held up, and whose changes can be made to fail. Safe for use by
 * several threads.
 */
final class GatedDevice implements BlockDevice {

  private final RecordingDevice device;

  /** What the next flush waits for. */
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** Counted down when a flush begins to wait. */
  private volatile CountDownLatch waiting = new CountDownLatch(0);

  /** Which writes, zeroes and flushes, counted from 0, fail. */
  private volatile IntPredicate fails = number -> false;

  private final AtomicInteger changes = new AtomicInteger();

  GatedDevice(RecordingDevice device) {
    this.device = device;
  }

  /** Hold up flushes from now on. */
  void close() {
    waiting = new CountDownLatch(1);
    gate = new CountDownLatch(1);
  }

  /** Wait until a flush is held up. */
  void awaitFlush() throws InterruptedException {
    waiting.await();
  }

  /** Let all flushes go on. */
  void open() {
    gate.countDown();
  }

  /** Let some of the writes, zeroes and flushes, counted from now, fail. */
  void failing(IntPredicate which) {
    changes.set(0);
    fails = which;
  }

  private void change() throws IOException {
    if (fails.test(changes.getAndIncrement())) {
      throw new IOException("device failed, as it was told to");
    }
  }

  @Override
  public long size() {
    return device.size();
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void read(ByteBuffer dst, long offset) {
    device.read(dst, offset);
  }

  @Override
  public void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    change();
    device.write(src, offset, fua);
  }

  @Override
  public void zero(long offset, long length, boolean fua) throws IOException {
    change();
    device.zero(offset, length, fua);
  }

  @Override
  public void flush() throws IOException {
    change();
    CountDownLatch held = gate;
    waiting.countDown();
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    device.flush();
  }
}
