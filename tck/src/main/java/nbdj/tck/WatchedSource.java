package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import nbdj.api.WriteSource;

/** Counts the pieces that a layer takes from a source. */
final class WatchedSource implements WriteSource {
  private final WriteSource source;
  private final Call call;

  WatchedSource(WriteSource source, Call call) {
    this.source = source;
    this.call = call;
  }

  @Override
  public void bytes(ByteBuffer target) throws IOException {
    call.answered += target.remaining();
    source.bytes(target);
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    call.answered += count;
    source.file(channel, position, count);
  }

  @Override
  public ByteBuffer buffer(int count) throws IOException {
    call.answered += count;
    return source.buffer(count);
  }
}
