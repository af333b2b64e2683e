package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Flags;
import nbdj.api.PluginHandle;

/** A handle over an array that writes down its close, and can do nothing but read and write. */
class MemoryHandle implements PluginHandle {
  final Journal journal;
  final byte[] content;

  MemoryHandle(Journal journal, int size) {
    this.journal = journal;
    this.content = new byte[size];
  }

  @Override
  public long size() throws IOException {
    return content.length;
  }

  @Override
  public boolean canWrite() throws IOException {
    return true;
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    buffer.put(content, (int) offset, buffer.remaining());
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    buffer.get(content, (int) offset, buffer.remaining());
  }

  @Override
  public void close() throws IOException {
    journal.add("plugin close");
  }
}
