package nbdj.ext2;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import nbdj.api.ReadSink;

/** Gathers an answer and the kinds of its pieces. */
final class BytesSink implements ReadSink {
  final List<String> pieces = new ArrayList<>();
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private final List<Runnable> releases = new ArrayList<>();

  @Override
  public ByteBuffer buffer(int count) {
    pieces.add("buffer");
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    buffers.add(buffer);
    return buffer;
  }

  @Override
  public void bytes(ByteBuffer bytes) {
    pieces.add("bytes");
    buffers.add(bytes);
  }

  @Override
  public void bytes(ByteBuffer bytes, Runnable release) {
    if (bytes.hasRemaining()) {
      bytes(bytes);
    }
    releases.add(release);
  }

  /** Be done with the answer. */
  void sent() {
    releases.forEach(Runnable::run);
  }

  @Override
  public void file(FileChannel channel, long position, long count) {
    throw new AssertionError("the layer below lends no file");
  }

  @Override
  public void zeroes(long count) {
    pieces.add("zeroes");
    buffers.add(ByteBuffer.allocate((int) count));
  }

  /** Get all bytes received. */
  byte[] all() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ByteBuffer buffer : buffers) {
      byte[] part = new byte[buffer.capacity()];
      buffer.duplicate().clear().get(part);
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
