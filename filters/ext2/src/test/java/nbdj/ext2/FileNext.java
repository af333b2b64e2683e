package nbdj.ext2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/** A layer below that serves a file and writes down what is asked of it. */
final class FileNext implements Next {
  final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final FileChannel channel;
  private final boolean readOnly;
  Support fua = Support.NATIVE;
  boolean canFlush = true;

  FileNext(FileChannel channel, boolean readOnly) {
    this.channel = channel;
    this.readOnly = readOnly;
  }

  @Override
  public String exportName() {
    return "";
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void prepare() {
    calls.add("prepare");
  }

  @Override
  public void close() {
    calls.add("close");
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public Optional<String> description() {
    return Optional.of("disk");
  }

  @Override
  public BlockSize blockSize() {
    return BlockSize.UNKNOWN;
  }

  @Override
  public boolean canWrite() {
    return !readOnly;
  }

  @Override
  public boolean canFlush() {
    return canFlush;
  }

  @Override
  public boolean canTrim() {
    return true;
  }

  @Override
  public Support canZero() {
    return Support.EMULATE;
  }

  @Override
  public boolean canFastZero() {
    return false;
  }

  @Override
  public boolean canExtents() {
    return false;
  }

  @Override
  public Support canFua() {
    return fua;
  }

  @Override
  public boolean canMultiConn() {
    return false;
  }

  @Override
  public Support canCache() {
    return Support.EMULATE;
  }

  @Override
  public boolean isRotational() {
    return false;
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    calls.add("read %d".formatted(count));
    pread(sink.buffer((int) count), offset);
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    long at = offset;
    while (buffer.hasRemaining()) {
      at += channel.read(buffer, at);
    }
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    calls.add("pwrite %d %s".formatted(buffer.remaining(), flags));
    long at = offset;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }

  @Override
  public void flush() {
    calls.add("flush");
  }

  @Override
  public void trim(long offset, long count, Flags flags) {
    throw new AssertionError("the filter must not trim the layer below");
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    calls.add("zero %d %s".formatted(count, flags.without(Flag.FUA)));
    channel.write(ByteBuffer.allocate((int) count), offset);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) {
    throw new AssertionError("the filter must not show the block status of the layer below");
  }

  @Override
  public List<String> metaContexts() {
    throw new AssertionError("the filter must not show the contexts of the layer below");
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink) {
    throw new AssertionError("the filter must not show the contexts of the layer below");
  }

  @Override
  public void cache(long offset, long count) {
    calls.add("cache %d".formatted(count));
  }
}
