package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Flags;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import nbdj.api.Support;
import nbdj.api.ThreadModel;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;

/** Plugins that are wrong on the threads of certain tests only, and answers that disagree. */
class BrokenTurnsTests {
  @Test
  void bufferThatHandlesShare_breaksT4UnderSerializeRequests() {
    judge(ThreadModel.SERIALIZE_REQUESTS, Fault.SHARED_BUFFER).breaks("T-4");
  }

  @Test
  void bufferThatHandlesShare_breaksT5UnderParallel() {
    judge(ThreadModel.PARALLEL, Fault.SHARED_BUFFER).breaks("T-5");
  }

  @Test
  void bytesForOneThreadAlone_breakT3UnderSerializeAllRequests() {
    judge(ThreadModel.SERIALIZE_ALL_REQUESTS, Fault.OTHER_THREAD).breaks("T-3");
  }

  @Test
  void bytesForOneThreadAlone_breakT2UnderSerializeConnections() {
    judge(ThreadModel.SERIALIZE_CONNECTIONS, Fault.OTHER_THREAD).breaks("T-2");
  }

  @Test
  void fuaEmulatedWithoutFlush_breaksC5() {
    Verdict.ofPlugin(
            new Subject<>(() ->
                new ReferencePlugin(Verdict.device()) {
                  @Override
                  public PluginHandle open(OpenRequest request) {
                    return new ReferenceHandle(this) {
                      @Override
                      public Support canFua() {
                        return Support.EMULATE;
                      }
                    };
                  }
                }.without(Feature.FLUSH)))
        .breaks("C-5");
  }

  private enum Fault {
    /** What one handle reads passes through a buffer that another may fill meanwhile. */
    SHARED_BUFFER,
    /** A byte is right on the thread that opened the handle alone. */
    OTHER_THREAD
  }

  private static Verdict judge(ThreadModel model, Fault fault) {
    return Verdict.ofPlugin(
        new Subject<>(() ->
            new ReferencePlugin(Verdict.device()) {
              // Not guarded: that is the fault.
              private final ByteBuffer shared = ByteBuffer.allocate(Chapter.GROUND);
              private final Meeting meeting = new Meeting();

              @Override
              public PluginHandle open(OpenRequest request) {
                return new ReferenceHandle(this) {
                  private final Thread opener = Thread.currentThread();
                  private volatile boolean written;

                  @Override
                  public void pwrite(ByteBuffer buffer, long offset, Flags flags)
                      throws IOException {
                    super.pwrite(buffer, offset, flags);
                    written = true;
                  }

                  @Override
                  public void pread(ByteBuffer buffer, long offset) throws IOException {
                    if (!meeting.concerns(Thread.currentThread())) {
                      super.pread(buffer, offset);
                    } else if (fault == Fault.SHARED_BUFFER) {
                      ByteBuffer passing = shared.slice(0, buffer.remaining());
                      device.read(passing, offset);
                      if (written && Thread.currentThread() == opener) {
                        meeting.meet();
                      }
                      buffer.put(passing.flip());
                    } else {
                      int first = buffer.position();
                      super.pread(buffer, offset);
                      buffer.put(first, (byte) ~buffer.get(first));
                    }
                  }
                };
              }
            }.withModel(model)));
  }
}
