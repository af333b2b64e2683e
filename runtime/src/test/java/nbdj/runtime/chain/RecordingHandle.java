package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Support;
import org.jspecify.annotations.Nullable;

/** A handle whose answers a test chooses, and that writes down each operation and question. */
class RecordingHandle extends MemoryHandle {
  boolean canWrite = true;
  boolean canFlush = true;
  boolean canTrim = true;
  boolean canZero = true;
  boolean canFastZero = true;
  boolean canExtents = true;
  boolean canMultiConn = true;
  Support canFua = Support.NATIVE;
  Support canCache = Support.NATIVE;

  /** What zero fails with; nothing if {@code null}. */
  @Nullable NbdError zeroError;

  RecordingHandle(Journal journal, int size) {
    super(journal, size);
  }

  @Override
  public long size() throws IOException {
    journal.add("size");
    return super.size();
  }

  @Override
  public BlockSize blockSize() throws IOException {
    journal.add("blockSize");
    return BlockSize.UNKNOWN;
  }

  @Override
  public boolean canWrite() throws IOException {
    journal.add("canWrite");
    return canWrite;
  }

  @Override
  public boolean canFlush() throws IOException {
    journal.add("canFlush");
    return canFlush;
  }

  @Override
  public boolean canTrim() throws IOException {
    journal.add("canTrim");
    return canTrim;
  }

  @Override
  public boolean canZero() throws IOException {
    journal.add("canZero");
    return canZero;
  }

  @Override
  public boolean canFastZero() throws IOException {
    journal.add("canFastZero");
    return canFastZero;
  }

  @Override
  public boolean canExtents() throws IOException {
    journal.add("canExtents");
    return canExtents;
  }

  @Override
  public Support canFua() throws IOException {
    journal.add("canFua");
    return canFua;
  }

  @Override
  public boolean canMultiConn() throws IOException {
    journal.add("canMultiConn");
    return canMultiConn;
  }

  @Override
  public Support canCache() throws IOException {
    journal.add("canCache");
    return canCache;
  }

  @Override
  public boolean isRotational() throws IOException {
    journal.add("isRotational");
    return true;
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    journal.add("pread %d+%d".formatted(offset, buffer.remaining()));
    super.pread(buffer, offset);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    journal.add("pwrite %d+%d %s".formatted(offset, buffer.remaining(), flags));
    super.pwrite(buffer, offset, flags);
  }

  @Override
  public void flush() throws IOException {
    journal.add("flush");
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    journal.add("trim %d+%d %s".formatted(offset, count, flags));
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    journal.add("zero %d+%d %s".formatted(offset, count, flags));
    if (zeroError != null) {
      throw new NbdException(zeroError, "zero cannot");
    }
    Arrays.fill(content, (int) offset, (int) (offset + count), (byte) 0);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    journal.add("extents %d+%d %s".formatted(offset, count, flags));
    sink.add(offset, count, ExtentType.ZERO);
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    journal.add("cache %d+%d".formatted(offset, count));
  }
}
