package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.ReadSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BrokenReadingTests {
  @Test
  void answerThatIsShort_breaksR2() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void read(long offset, long count, ReadSink sink) throws IOException {
                    super.read(offset, Math.max(1, count - 1), sink);
                  }
                }))
        .breaks("R-2");
  }

  @Test
  void bufferThatIsNotFilled_breaksR2() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void pread(ByteBuffer buffer, long offset) throws IOException {
                    int limit = buffer.limit();
                    buffer.limit(buffer.position() + (buffer.remaining() + 1) / 2);
                    super.pread(buffer, offset);
                    buffer.limit(limit);
                  }
                }))
        .breaks("R-2");
  }

  @Test
  void cacheThatChangesAByte_breaksR3() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void cache(long offset, long count) {
                    Damage.flip(device, offset);
                  }
                }))
        .breaks("R-3");
  }

  @Test
  void readThatChangesAByte_breaksR3() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void read(long offset, long count, ReadSink sink) throws IOException {
                    super.read(offset, count, sink);
                    if (offset == 0 && count == Chapter.GROUND) {
                      Damage.flip(device, 7);
                    }
                  }
                }))
        .breaks("R-3");
  }

  @Test
  void memoryLentAndReused_breaksR5() {
    ThreadLocal<ByteBuffer> scratch =
        ThreadLocal.withInitial(() -> ByteBuffer.allocate(Chapter.GROUND));
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void read(long offset, long count, ReadSink sink) throws IOException {
                    ByteBuffer bytes = scratch.get().slice(0, (int) count);
                    device.read(bytes, offset);
                    sink.bytes(bytes.flip());
                  }
                }))
        .breaks("R-5");
  }

  @Test
  void fileLentAndClosed_breaksR6() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void read(long offset, long count, ReadSink sink) throws IOException {
                    if (count == Chapter.GROUND / 2) {
                      Damage.lendClosedFile(sink, count);
                    } else {
                      super.read(offset, count, sink);
                    }
                  }
                }))
        .breaks("R-6");
  }

  @Test
  void readThatDiffersFromPread_breaksR7() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void read(long offset, long count, ReadSink sink) throws IOException {
                    if (count == 9841 && offset + count == Chapter.GROUND) {
                      sink.zeroes(count);
                    } else {
                      super.read(offset, count, sink);
                    }
                  }
                }))
        .breaks("R-7");
  }

  @Test
  void lastByteThatCannotBeRead_breaksC5() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void pread(ByteBuffer buffer, long offset) throws IOException {
                    if (offset + buffer.remaining() == device.size()) {
                      throw new IOException("end of file");
                    }
                    super.pread(buffer, offset);
                  }
                }))
        .breaks("C-5");
  }

  @Test
  void readThatThrowsUnchecked_breaksX3() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void pread(ByteBuffer buffer, long offset) throws IOException {
                    if (offset + buffer.remaining() == device.size()) {
                      throw new IndexOutOfBoundsException("page 257");
                    }
                    super.pread(buffer, offset);
                  }
                }))
        .breaks("X-3");
  }

  @Test
  void trimOfferedThatFails_breaksC5() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void trim(long offset, long count, Flags flags) throws IOException {
                    throw new NbdException(NbdError.EINVAL, "trim is not supported");
                  }
                }))
        .breaks("C-5");
  }

  @Test
  void flushOfferedThatFails_breaksC5() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void flush() throws IOException {
                    throw new NbdException(NbdError.EINVAL, "flush is not supported");
                  }
                }))
        .breaks("C-5");
  }

  @Test
  void handleThatKeepsWhatItRead_breaksC6() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  private volatile byte @Nullable [] kept;

                  @Override
                  public void pwrite(ByteBuffer buffer, long offset, Flags flags)
                      throws IOException {
                    kept = null;
                    super.pwrite(buffer, offset, flags);
                  }

                  @Override
                  public void pread(ByteBuffer buffer, long offset) throws IOException {
                    if (offset == 0 && buffer.remaining() == 8192) {
                      if (kept == null) {
                        kept = new byte[8192];
                        device.read(ByteBuffer.wrap(kept), 0);
                      }
                      buffer.put(kept);
                    } else {
                      super.pread(buffer, offset);
                    }
                  }
                }))
        .breaks("C-6");
  }

  @Test
  void pagesRewrittenWithoutALock_breakT5() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  private final Meeting meeting = new Meeting();

                  @Override
                  public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
                    if (!meeting.concerns(Thread.currentThread())) {
                      device.write(buffer, offset);
                      return;
                    }
                    long page = offset / 4096 * 4096;
                    ByteBuffer bytes = ByteBuffer.allocate(8192);
                    device.read(bytes, page);
                    meeting.meet();
                    bytes.position((int) (offset - page)).put(buffer).clear();
                    device.write(bytes, page);
                  }
                }))
        .breaks("T-5");
  }

  @Test
  void bytesThatOnlyTheirWriterSees_breakT6() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  private final Thread opener = Thread.currentThread();

                  @Override
                  public void pread(ByteBuffer buffer, long offset) throws IOException {
                    int first = buffer.position();
                    super.pread(buffer, offset);
                    String name = Thread.currentThread().getName();
                    if (Thread.currentThread() != opener && !name.startsWith("tck-")) {
                      buffer.put(first, (byte) ~buffer.get(first));
                    }
                  }
                }))
        .breaks("T-6");
  }
}
