package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.ReadSink;

/** What broken layers do. */
final class Damage {
  private Damage() {}

  /** Invert a byte of a device, if it has it. */
  static void flip(ReferenceDevice device, long offset) {
    if (offset >= 0 && offset < device.size()) {
      ByteBuffer one = ByteBuffer.allocate(1);
      device.read(one, offset);
      one.put(0, (byte) ~one.get(0));
      device.write(one.flip(), offset);
    }
  }

  /** Invert a byte of a layer, if it has it and lets itself be written to. */
  static void flip(Next next, long offset) throws IOException {
    if (offset >= 0 && offset < next.size() && next.canWrite()) {
      ByteBuffer one = bytes(next, offset, 1);
      next.pwrite(one.put(0, (byte) ~one.get(0)), offset, Flags.NONE);
    }
  }

  /** Get bytes of a layer in a buffer of their own. */
  static ByteBuffer bytes(Next next, long offset, long count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) count);
    next.pread(bytes, offset);
    return bytes.flip();
  }

  /** Answer with a file that is closed before the answer is sent. */
  static void lendClosedFile(ReadSink sink, long count) throws IOException {
    Path file = Files.createTempFile("nbdj-tck", ".bin");
    Files.write(file, new byte[(int) count]);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE)) {
      sink.file(channel, 0, count);
    }
  }
}
