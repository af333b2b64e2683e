package nbdj.guide;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.Nbdj;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.ReadSink;
import nbdj.api.Registered;
import nbdj.api.Values;

/** Keeps every byte of the layer below combined with a key. */
@Registered(name = "xor", api = Nbdj.API_VERSION)
public final class XorFilter implements Filter {
  private static final int PART = 1 << 20;

  private int key;

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.of("xor-key", Parameter.Type.INTEGER, "From 0 to 255.").required());
  }

  @Override
  public void config(Backend next, String name, String value) throws IOException {
    key = (int) Values.integer(value, 0, 255);
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new FilterHandle() {
      @Override
      public long size(Next next) throws IOException {
        return next.size();
      }

      @Override
      public boolean canWrite(Next next) throws IOException {
        return next.canWrite();
      }

      @Override
      public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
        for (long done = 0; done < count; ) {
          ByteBuffer part = sink.buffer((int) Math.min(count - done, PART));
          int length = part.remaining();
          next.pread(part.duplicate(), offset + done);
          for (int i = part.position(); i < part.limit(); i++) {
            part.put(i, (byte) (part.get(i) ^ key));
          }
          done += length;
        }
      }

      @Override
      public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
          throws IOException {
        ByteBuffer part = ByteBuffer.allocate(Math.min(buffer.remaining(), PART));
        for (long at = offset; buffer.hasRemaining(); at += part.limit()) {
          part.clear();
          while (part.hasRemaining() && buffer.hasRemaining()) {
            part.put((byte) (buffer.get() ^ key));
          }
          next.pwrite(part.flip(), at, flags);
        }
      }
    };
  }
}
