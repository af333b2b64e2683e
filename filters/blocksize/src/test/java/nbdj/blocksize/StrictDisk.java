package nbdj.blocksize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import nbdj.api.BlockSize;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/** A disk that refuses what is not whole blocks, or too large. */
final class StrictDisk implements Plugin {
  final byte[] content;
  final BlockSize sizes;
  final long maxLength;

  /** What the next read of a block waits for. */
  final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));

  volatile boolean fastZero = true;

  StrictDisk(int size, BlockSize sizes, long maxLength) {
    content = new byte[size];
    new Random(1).nextBytes(content);
    this.sizes = sizes;
    this.maxLength = maxLength;
  }

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.PARALLEL;
  }

  private void check(long offset, long count, long most) throws NbdException {
    if (offset % sizes.minimum() != 0 || count % sizes.minimum() != 0 || count > most) {
      throw new NbdException(NbdError.EINVAL, "%d bytes at %d".formatted(count, offset));
    }
  }

  @Override
  public PluginHandle open(OpenRequest request) {
    return new Handle();
  }

  private final class Handle implements PluginHandle {
    @Override
    public long size() {
      return content.length;
    }

    @Override
    public BlockSize blockSize() {
      return sizes;
    }

    @Override
    public boolean canWrite() {
      return true;
    }

    @Override
    public boolean canZero() {
      return true;
    }

    @Override
    public boolean canFastZero() {
      return true;
    }

    @Override
    public boolean canTrim() {
      return true;
    }

    @Override
    public boolean canMultiConn() {
      return true;
    }

    @Override
    public void pread(ByteBuffer buffer, long offset) throws IOException {
      check(offset, buffer.remaining(), sizes.maximum());
      synchronized (content) {
        buffer.put(content, (int) offset, buffer.remaining());
      }
      try {
        gate.get().await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
      check(offset, buffer.remaining(), sizes.maximum());
      synchronized (content) {
        buffer.get(content, (int) offset, buffer.remaining());
      }
    }

    @Override
    public void zero(long offset, long count, Flags flags) throws IOException {
      check(offset, count, maxLength);
      if (flags.has(Flag.FAST_ZERO) && !fastZero) {
        throw new NbdException(NbdError.ENOTSUP, "not fast");
      }
      synchronized (content) {
        Arrays.fill(content, (int) offset, (int) (offset + count), (byte) 0);
      }
    }

    @Override
    public void trim(long offset, long count, Flags flags) throws IOException {
      zero(offset, count, flags);
    }
  }
}
