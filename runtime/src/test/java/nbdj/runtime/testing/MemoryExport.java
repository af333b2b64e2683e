package nbdj.runtime.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/** A sparse export in memory that stands for a whole chain. Tests override what they need. */
public class MemoryExport implements Next {
  public static final int PAGE = 64 << 10;

  private final String name;
  private final long size;
  private final ConcurrentHashMap<Long, byte[]> pages = new ConcurrentHashMap<>();
  public final AtomicInteger flushes = new AtomicInteger();
  public volatile Flags lastFlags = Flags.NONE;
  public volatile long lastCount;

  public MemoryExport(String name, long size) {
    this.name = name;
    this.size = size;
  }

  @Override
  public String exportName() {
    return name;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public void prepare() {}

  @Override
  public void close() {}

  @Override
  public long size() throws IOException {
    return size;
  }

  @Override
  public Optional<String> description() throws IOException {
    return Optional.of("an export in memory");
  }

  @Override
  public BlockSize blockSize() throws IOException {
    return new BlockSize(1, PAGE, BlockSize.UNLIMITED);
  }

  @Override
  public boolean canWrite() throws IOException {
    return true;
  }

  @Override
  public boolean canFlush() throws IOException {
    return true;
  }

  @Override
  public boolean canTrim() throws IOException {
    return true;
  }

  @Override
  public Support canZero() throws IOException {
    return Support.NATIVE;
  }

  @Override
  public boolean canFastZero() throws IOException {
    return true;
  }

  @Override
  public boolean canExtents() throws IOException {
    return true;
  }

  @Override
  public Support canFua() throws IOException {
    return Support.NATIVE;
  }

  @Override
  public boolean canMultiConn() throws IOException {
    return true;
  }

  @Override
  public Support canCache() throws IOException {
    return Support.NATIVE;
  }

  @Override
  public boolean isRotational() throws IOException {
    return false;
  }

  @Override
  public List<String> metaContexts() throws IOException {
    return List.of();
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    for (long at = offset; at < offset + count; ) {
      int part = part(at, offset + count);
      byte[] page = pages.get(at / PAGE);
      if (page == null) {
        sink.zeroes(part);
      } else {
        sink.bytes(ByteBuffer.wrap(page, (int) (at % PAGE), part));
      }
      at += part;
    }
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    throw new NbdException(NbdError.EIO, "the protocol reads into sinks");
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    lastFlags = flags;
    long end = offset + buffer.remaining();
    for (long at = offset; at < end; ) {
      int part = part(at, end);
      byte[] page = pages.computeIfAbsent(at / PAGE, p -> new byte[PAGE]);
      buffer.get(page, (int) (at % PAGE), part);
      at += part;
    }
  }

  @Override
  public void flush() throws IOException {
    flushes.incrementAndGet();
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    zero(offset, count, flags.with(Flag.MAY_TRIM));
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    lastFlags = flags;
    lastCount = count;
    pages
        .entrySet()
        .removeIf(entry -> {
          long start = entry.getKey() * PAGE;
          int from = (int) Math.max(0, offset - start);
          int to = (int) Math.min(PAGE, offset + count - start);
          if (from < to) {
            java.util.Arrays.fill(entry.getValue(), from, to, (byte) 0);
          }
          return from == 0 && to == PAGE;
        });
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    lastFlags = flags;
    for (long at = offset; at < offset + count; ) {
      int part = part(at, offset + count);
      sink.add(at, part, pages.containsKey(at / PAGE) ? ExtentType.DATA : ExtentType.HOLE_ZERO);
      at += part;
    }
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    throw new AssertionError("there is no " + context);
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    lastCount = count;
  }

  private static int part(long at, long end) {
    return (int) Math.min(end - at, PAGE - at % PAGE);
  }
}
