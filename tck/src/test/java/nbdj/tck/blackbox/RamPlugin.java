package nbdj.tck.blackbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Support;
import nbdj.api.ThreadModel;

/** A mebibyte in memory that offers all there is, under the one name {@code ""}. */
final class RamPlugin implements Plugin {
  private static final int SIZE = 1 << 20;

  private final byte[] content = new byte[SIZE];

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.PARALLEL;
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    if (!request.exportName().isEmpty()) {
      throw new NbdException(NbdError.EINVAL, "there is only the default export");
    }
    return new Handle();
  }

  private final class Handle implements PluginHandle {
    @Override
    public long size() {
      return SIZE;
    }

    @Override
    public List<String> metaContexts() {
      return List.of("x-ram:odd", "x-ram:all");
    }

    @Override
    public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
        throws IOException {
      if (context.equals("x-ram:all")) {
        sink.add(0, SIZE, 7);
      } else {
        sink.add(offset / 512 * 512, 512, offset / 512 % 2);
      }
    }

    @Override
    public boolean canWrite() {
      return true;
    }

    @Override
    public boolean canFlush() {
      return true;
    }

    @Override
    public boolean canTrim() {
      return true;
    }

    @Override
    public boolean canZero() {
      return true;
    }

    @Override
    public Support canFua() {
      return Support.NATIVE;
    }

    @Override
    public Support canCache() {
      return Support.NATIVE;
    }

    @Override
    public boolean canExtents() {
      return true;
    }

    @Override
    public void pread(ByteBuffer buffer, long offset) {
      buffer.put(content, (int) offset, buffer.remaining());
    }

    @Override
    public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
      buffer.get(content, (int) offset, buffer.remaining());
    }

    @Override
    public void flush() {}

    @Override
    public void trim(long offset, long count, Flags flags) {}

    @Override
    public void zero(long offset, long count, Flags flags) {
      Arrays.fill(content, (int) offset, (int) (offset + count), (byte) 0);
    }

    @Override
    public void cache(long offset, long count) {}
  }
}
