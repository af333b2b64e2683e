package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.ThreadModel;

/** A plugin that does nothing, and filters of several classes that pass everything on. */
public final class Layers {
  /** The size of the disk, in bytes. */
  public static final long SIZE = 1L << 30;

  private Layers() {}

  /** Start a chain, outermost filter first. */
  public static Chain chain(int filters) throws IOException {
    ChainBuilder builder = Chain.builder().plugin("empty", new Empty());
    List<Supplier<PassThrough>> kinds =
        List.of(PassThrough::new, Watching::new, Counting::new, Refusing::new);
    for (int i = 0; i < filters; i++) {
      builder.filter("filter" + i, new Through(kinds.get(i % kinds.size())));
    }
    Chain chain = builder.build();
    chain.load();
    chain.configComplete();
    chain.threadModel();
    chain.getReady();
    chain.afterFork();
    return chain;
  }

  /** A disk whose content is whatever the buffers hold. */
  private static final class Empty implements Plugin {
    @Override
    public ThreadModel threadModel() {
      return ThreadModel.PARALLEL;
    }

    @Override
    public PluginHandle open(OpenRequest request) {
      return new EmptyHandle();
    }
  }

  private static final class EmptyHandle implements PluginHandle {
    @Override
    public long size() {
      return SIZE;
    }

    @Override
    public boolean canWrite() {
      return true;
    }

    @Override
    public void pread(ByteBuffer buffer, long offset) {
      buffer.position(buffer.limit());
    }

    @Override
    public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
      buffer.position(buffer.limit());
    }
  }

  private record Through(Supplier<PassThrough> handles) implements Filter {
    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return handles.get();
    }
  }

  /** Overrides data, so that calls of handles have more than one target. */
  private static final class Watching extends PassThrough {
    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      next.read(offset, count, sink);
    }

    @Override
    public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
      next.pwrite(buffer, offset, flags);
    }
  }

  private static final class Counting extends PassThrough {
    private long bytes;

    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      bytes += count;
      next.read(offset, count, sink);
    }

    @Override
    public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
      bytes += buffer.remaining();
      next.pwrite(buffer, offset, flags);
    }
  }

  private static final class Refusing extends PassThrough {
    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      if (offset < 0) {
        throw new IOException("refused");
      }
      next.read(offset, count, sink);
    }

    @Override
    public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
      if (offset < 0) {
        throw new IOException("refused");
      }
      next.pwrite(buffer, offset, flags);
    }
  }
}
