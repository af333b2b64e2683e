package nbdj.runtime.chain;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdException;
import nbdj.api.Support;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks of one handle as the chain makes them: one at a time where the thread model wants
 * it (rules T-3 to T-5), and with everything they throw contained.
 */
final class GuardedCalls {
  private final Layer layer;
  private final Faults faults;
  private final LayerCalls calls;

  /**
   * Held by the thread that is inside a callback of the handle; of the handle's own or of all
   * handles of the layer, {@code null} for a parallel layer. Taken outermost layer first, and never
   * held while the server waits for a client.
   */
  private final @Nullable Lock gate;

  GuardedCalls(Layer layer, LayerCalls calls) {
    this.layer = layer;
    this.faults = layer.faults();
    this.calls = calls;
    this.gate = layer.newGate();
  }

  /** Get the handles of the layer below that end with this one. */
  List<LayerContext> below() {
    return calls.below();
  }

  void prepare() throws NbdException {
    calls.beginPrepare();
    run("prepare", calls::prepare);
  }

  void finalizeHandle() throws NbdException {
    try {
      run("finalize", calls::finalizeHandle);
    } finally {
      calls.endPrepared();
    }
  }

  void close() throws NbdException {
    calls.endPrepared();
    run("close", calls::close);
  }

  long size() throws NbdException {
    return ask("size", calls::size);
  }

  Optional<String> description() throws NbdException {
    return ask("description", calls::description);
  }

  BlockSize blockSize() throws NbdException {
    return ask("blockSize", calls::blockSize);
  }

  boolean canWrite() throws NbdException {
    return ask("canWrite", calls::canWrite);
  }

  boolean canFlush() throws NbdException {
    return ask("canFlush", calls::canFlush);
  }

  boolean canTrim() throws NbdException {
    return ask("canTrim", calls::canTrim);
  }

  Support canZero() throws NbdException {
    return ask("canZero", calls::canZero);
  }

  boolean canFastZero() throws NbdException {
    return ask("canFastZero", calls::canFastZero);
  }

  boolean canExtents() throws NbdException {
    return ask("canExtents", calls::canExtents);
  }

  Support canFua() throws NbdException {
    return ask("canFua", calls::canFua);
  }

  boolean canMultiConn() throws NbdException {
    return ask("canMultiConn", calls::canMultiConn);
  }

  Support canCache() throws NbdException {
    return ask("canCache", calls::canCache);
  }

  boolean isRotational() throws NbdException {
    return ask("isRotational", calls::isRotational);
  }

  List<String> metaContexts() throws NbdException {
    return ask("metaContexts", calls::metaContexts);
  }

  /** Read, and check that the answer has the right length (rule R-2). */
  void read(long offset, long count, CountedSink sink) throws NbdException {
    long before = sink.received();
    lock();
    try {
      calls.read(offset, count, sink);
    } catch (Throwable t) {
      throw faults.contain("read", t);
    } finally {
      unlock();
    }
    long received = sink.received() - before;
    if (received != count) {
      throw faults.violation(
          "R-2", "read answered %d bytes instead of %d".formatted(received, count));
    }
  }

  /** Fill a direct buffer. */
  void pread(ByteBuffer buffer, long offset) throws NbdException {
    lock();
    try {
      calls.pread(buffer, offset);
    } catch (Throwable t) {
      throw faults.contain("pread", t);
    } finally {
      unlock();
    }
  }

  void pwrite(ByteBuffer buffer, long offset, Flags flags) throws NbdException {
    lock();
    try {
      calls.pwrite(buffer, offset, flags);
    } catch (Throwable t) {
      throw faults.contain("pwrite", t);
    } finally {
      unlock();
    }
  }

  /** Tell whether {@link #write} takes a source without waiting for a client under a lock. */
  boolean takesSource() {
    return gate == null && calls.takesSource();
  }

  /** Write, and check that all of the source was taken (rule S-1). */
  void write(long offset, long count, CountedSource source, Flags flags) throws NbdException {
    long before = source.taken();
    lock();
    try {
      calls.write(offset, count, source, flags);
    } catch (Throwable t) {
      throw faults.contain("write", t);
    } finally {
      unlock();
    }
    long taken = source.taken() - before;
    if (taken != count) {
      throw faults.violation("S-1", "write took %d bytes instead of %d".formatted(taken, count));
    }
  }

  void flush() throws NbdException {
    lock();
    try {
      calls.flush();
    } catch (Throwable t) {
      throw faults.contain("flush", t);
    } finally {
      unlock();
    }
  }

  void trim(long offset, long count, Flags flags) throws NbdException {
    lock();
    try {
      calls.trim(offset, count, flags);
    } catch (Throwable t) {
      throw faults.contain("trim", t);
    } finally {
      unlock();
    }
  }

  void zero(long offset, long count, Flags flags) throws NbdException {
    lock();
    try {
      calls.zero(offset, count, flags);
    } catch (Throwable t) {
      throw faults.contain("zero", t);
    } finally {
      unlock();
    }
  }

  void extents(long offset, long count, Flags flags, ExtentSink sink) throws NbdException {
    lock();
    try {
      calls.extents(offset, count, flags, sink);
    } catch (Throwable t) {
      throw faults.contain("extents", t);
    } finally {
      unlock();
    }
  }

  void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws NbdException {
    lock();
    try {
      calls.metaExtents(context, offset, count, flags, sink);
    } catch (Throwable t) {
      throw faults.contain("metaExtents", t);
    } finally {
      unlock();
    }
  }

  void cache(long offset, long count) throws NbdException {
    lock();
    try {
      calls.cache(offset, count);
    } catch (Throwable t) {
      throw faults.contain("cache", t);
    } finally {
      unlock();
    }
  }

  private <T> T ask(String question, LayerCall<T> call) throws NbdException {
    lock();
    try {
      return layer.serveResult(question, call);
    } finally {
      unlock();
    }
  }

  private void run(String callback, LayerAction action) throws NbdException {
    lock();
    try {
      layer.serve(callback, action);
    } finally {
      unlock();
    }
  }

  private void lock() {
    Lock gate = this.gate;
    if (gate != null) {
      gate.lock();
    }
  }

  private void unlock() {
    Lock gate = this.gate;
    if (gate != null) {
      gate.unlock();
    }
  }
}
