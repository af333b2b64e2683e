package nbdj.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/** A started plugin and one handle, with calls in terms of byte arrays. */
final class Disk implements AutoCloseable {
  static final int PAGE = PagePool.PAGE;

  final MemoryPlugin plugin;
  final PluginHandle handle;

  /** An extent, as a test compares it. */
  record Extent(long offset, long length, ExtentType type) {}

  private Disk(MemoryPlugin plugin) throws IOException {
    this.plugin = plugin;
    handle = open();
  }

  static Disk of(String size, String allocator) throws IOException {
    return start(new MemoryPlugin(), Map.of("size", size, "allocator", allocator));
  }

  static Disk of(long size) throws IOException {
    return of(Long.toString(size), "sparse");
  }

  static Disk start(MemoryPlugin plugin, Map<String, String> parameters) throws IOException {
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      plugin.config(parameter.getKey(), parameter.getValue());
    }
    plugin.configComplete();
    plugin.getReady(ThreadModel.PARALLEL);
    return new Disk(plugin);
  }

  PluginHandle open() throws IOException {
    return plugin.open(OpenRequest.of(false, ""));
  }

  void write(long offset, byte[] bytes) throws IOException {
    handle.pwrite(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), offset, Flags.NONE);
  }

  void fill(long offset, int count, int value) throws IOException {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    write(offset, bytes);
  }

  void zero(long offset, long count) throws IOException {
    handle.zero(offset, count, Flags.NONE);
  }

  void punch(long offset, long count) throws IOException {
    handle.zero(offset, count, Flags.of(Flag.MAY_TRIM, Flag.FAST_ZERO));
  }

  /** Read in both ways, which must answer alike. */
  byte[] read(long offset, int count) throws IOException {
    Answer answer = new Answer();
    handle.read(offset, count, answer);
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    for (int at = 0; at < count; at++) {
      buffer.put(at, (byte) 0xee);
    }
    handle.pread(buffer, offset);
    if (buffer.hasRemaining()) {
      throw new AssertionError("pread left " + buffer);
    }
    byte[] plain = new byte[count];
    buffer.get(0, plain);
    byte[] content = answer.content();
    if (!Arrays.equals(plain, content)) {
      throw new AssertionError(
          "read and pread differ at byte %d".formatted(Arrays.mismatch(plain, content)));
    }
    return content;
  }

  /** Get the extents of a range, asking on until it is covered, joined and cut. */
  List<Extent> extents(long offset, long count) throws IOException {
    List<Extent> extents = new ArrayList<>();
    long[] at = {offset};
    while (at[0] - offset < count) {
      long before = at[0];
      handle.extents(
          at[0],
          count - (at[0] - offset),
          Flags.NONE,
          (begin, length, type) -> {
            if (begin != at[0] || length <= 0 || length > count - (begin - offset)) {
              throw new AssertionError("extent %d+%d after %d".formatted(begin, length, at[0]));
            }
            at[0] = begin + length;
            Extent last = extents.isEmpty() ? null : extents.getLast();
            if (last != null && last.type() == type) {
              extents.removeLast();
              extents.add(new Extent(last.offset(), last.length() + length, type));
            } else {
              extents.add(new Extent(begin, length, type));
            }
          });
      if (at[0] == before) {
        throw new AssertionError("no extent at " + before);
      }
    }
    return extents;
  }

  @Override
  public void close() throws IOException {
    handle.close();
    plugin.unload();
  }
}
