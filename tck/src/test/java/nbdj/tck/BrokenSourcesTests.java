package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.WriteSource;
import org.junit.jupiter.api.Test;

/** Layers that take what they write from a source, and do it wrong. */
class BrokenSourcesTests {
  @Test
  void sourceTakenShort_breaksS1() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void write(long offset, long count, WriteSource source, Flags flags)
                      throws IOException {
                    int part = Math.max(1, (int) count - 1);
                    device.write(source.buffer(part), offset);
                  }
                }))
        .breaks("S-1");
  }

  @Test
  void lastByteOfASourceLost_breaksS4() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void write(long offset, long count, WriteSource source, Flags flags)
                      throws IOException {
                    ByteBuffer bytes = source.buffer((int) count);
                    device.write(bytes.limit(Math.max(1, bytes.limit() - 1)), offset);
                  }
                }))
        .breaks("S-4");
  }

  @Test
  void sourceThatBreaksOffTakenForAWhole_breaksS4() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void write(long offset, long count, WriteSource source, Flags flags) {
                    ByteBuffer bytes = ByteBuffer.allocate((int) count);
                    try {
                      source.bytes(bytes);
                    } catch (IOException e) {
                      bytes.clear();
                    }
                    device.write(bytes.rewind(), offset);
                  }
                }))
        .breaks("S-4");
  }

  @Test
  void lockHeldWhileASourceWaits_breaksS3() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                    new ReferenceHandle(plugin) {
                      @Override
                      public void pread(ByteBuffer buffer, long offset) throws IOException {
                        synchronized (device) {
                          super.pread(buffer, offset);
                        }
                      }

                      @Override
                      public void write(long offset, long count, WriteSource source, Flags flags)
                          throws IOException {
                        synchronized (device) {
                          device.write(source.buffer((int) count), offset);
                        }
                      }
                    })
                .judgedBy(new Impatience(thread -> thread.getName().equals("beside-source"))))
        .breaks("S-3");
  }

  @Test
  void filterThatWritesASourceElsewhere_breaksS4() {
    Role.FILTER
        .judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                next.pwrite(buffer, offset, flags);
              }

              @Override
              public void write(Next next, long offset, long count, WriteSource source, Flags flags)
                  throws IOException {
                next.write(offset == 0 ? 0 : offset - 1, count, source, flags);
              }
            })
        .breaks("S-4");
  }

  @Test
  void filterWithAWriteOfItsOwn_thatKeepsTheRules_breaksNone() {
    Role.FILTER
        .judge(() ->
            new Faithful() {
              @Override
              public void write(Next next, long offset, long count, WriteSource source, Flags flags)
                  throws IOException {
                next.write(offset, count, source, flags);
              }
            })
        .breaks();
  }
}
