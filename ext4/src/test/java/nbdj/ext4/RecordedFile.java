package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file all of whose changes are noted in a ledger. Used by one thread; several may have
 * files of their own open, as long as none changes what another is changing.
 */
final class RecordedFile implements Closeable {

  private final RecordingDevice device;
  private final Ledger ledger;
  private final FileHistory history;
  private final Ext4File file;

  RecordedFile(RecordingDevice device, Ledger ledger, Ext4FileSystem filesystem, String path)
      throws IOException {
    this.device = device;
    this.ledger = ledger;
    this.history = ledger.file(path);
    this.file = filesystem.file(path);
  }

  long size() {
    return file.size();
  }

  void write(byte[] bytes, long offset, boolean fua) throws IOException {
    int started = device.mark();
    file.write(ByteBuffer.wrap(bytes), offset, fua);
    note(started, offset, bytes, fua);
  }

  void zero(long offset, int length, boolean mayHole, boolean fua) throws IOException {
    int started = device.mark();
    file.zero(offset, length, mayHole, fua);
    note(started, offset, new byte[length], fua);
  }

  void trim(long offset, int length) throws IOException {
    int started = device.mark();
    file.trim(offset, length);
    note(started, offset, Compare.read(file, offset, length), false);
  }

  private void note(int started, long offset, byte[] bytes, boolean durable) {
    int ended = device.mark();
    if (durable) {
      history.changedDurably(started, ended, offset, bytes);
    } else {
      history.changed(started, ended, offset, bytes);
    }
  }

  void flush() throws IOException {
    int started = device.mark();
    file.flush();
    ledger.flushed(started, device.mark());
  }

  @Override
  public void close() {
    file.close();
  }
}
