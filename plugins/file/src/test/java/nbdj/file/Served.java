package nbdj.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;

/** A handle of a file, with calls in terms of byte arrays. */
final class Served implements AutoCloseable {
  final PluginHandle handle;

  /** An extent, as a test compares it. */
  record Extent(long offset, long length, ExtentType type) {}

  private Served(PluginHandle handle) {
    this.handle = handle;
  }

  static Served of(Path file, ControlSource controls, String... parameters) throws IOException {
    FilePlugin plugin = new FilePlugin(controls);
    plugin.config("file", file.toString());
    for (int i = 0; i < parameters.length; i += 2) {
      plugin.config(parameters[i], parameters[i + 1]);
    }
    plugin.configComplete();
    return new Served(plugin.open(OpenRequest.of(false, "")));
  }

  static Served of(Path file) throws IOException {
    return of(file, SystemControls.ofThisSystem());
  }

  void write(long offset, byte[] bytes) throws IOException {
    handle.pwrite(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), offset, Flags.NONE);
  }

  void fill(long offset, int count, int value) throws IOException {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    write(offset, bytes);
  }

  /** Zero as the server would: by writing where the handle says that it cannot. */
  void zero(long offset, int count, Flags flags) throws IOException {
    if (handle.canZero()) {
      try {
        handle.zero(offset, count, flags);
        return;
      } catch (NbdException e) {
        if (e.error() != NbdError.ENOTSUP) {
          throw e;
        }
      }
    }
    fill(offset, count, 0);
  }

  void zero(long offset, int count) throws IOException {
    zero(offset, count, Flags.NONE);
  }

  void punch(long offset, int count) throws IOException {
    zero(offset, count, Flags.of(Flag.MAY_TRIM));
  }

  /** Read in both ways, which must answer alike. */
  byte[] read(long offset, int count) throws IOException {
    Answer answer = new Answer();
    handle.read(offset, count, answer);
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    handle.pread(buffer, offset);
    if (buffer.hasRemaining()) {
      throw new AssertionError("pread left " + buffer);
    }
    byte[] plain = new byte[count];
    buffer.get(0, plain);
    byte[] content = answer.content();
    if (!Arrays.equals(plain, content)) {
      throw new AssertionError("read and pread differ");
    }
    return content;
  }

  /** Get the extents of a range, asking on until it is covered, joined. */
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
  }
}
