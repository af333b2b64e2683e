package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import nbdj.api.ReadSink;

/** Counts the pieces of an answer on their way to the sink they are for. */
final class WatchedSink implements ReadSink {
  private final ReadSink sink;
  private final Call call;

  WatchedSink(ReadSink sink, Call call) {
    this.sink = sink;
    this.call = call;
  }

  @Override
  public ByteBuffer buffer(int count) throws IOException {
    call.answered += count;
    return sink.buffer(count);
  }

  @Override
  public void bytes(ByteBuffer bytes) throws IOException {
    call.answered += bytes.remaining();
    sink.bytes(bytes);
  }

  @Override
  public void bytes(ByteBuffer bytes, Runnable release) throws IOException {
    call.answered += bytes.remaining();
    sink.bytes(bytes, release);
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    call.answered += count;
    sink.file(channel, position, count);
  }

  @Override
  public void zeroes(long count) throws IOException {
    call.answered += count;
    sink.zeroes(count);
  }
}
