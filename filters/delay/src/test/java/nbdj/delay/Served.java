package nbdj.delay;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import nbdj.api.Filter;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.runtime.chain.Chain;
import nbdj.runtime.chain.ChainBuilder;
import nbdj.runtime.chain.Client;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;

/** The filter in a running chain over a device of a MiB, and clients of it. */
final class Served implements AutoCloseable {
  final Next next;
  private final Chain chain;

  /** Serve the filter below others. */
  Served(DelayFilter served, Map<String, String> parameters, Filter... above) throws IOException {
    ChainBuilder builder =
        Chain.builder().plugin("reference", new ReferencePlugin(new ReferenceDevice(1 << 20)));
    for (Filter filter : above) {
      builder.filter("above", filter);
    }
    chain = builder.filter("delay", served).build();
    try {
      chain.load();
      for (Map.Entry<String, String> parameter : parameters.entrySet()) {
        chain.config(parameter.getKey(), parameter.getValue());
      }
      chain.configComplete();
      chain.threadModel();
      chain.getReady();
      chain.afterFork();
      next = chain.connect(false).open("");
    } catch (IOException | RuntimeException e) {
      chain.stop();
      throw e;
    }
  }

  /** Do an operation of a kind on a thread of its own. */
  Running begin(Operation kind) {
    return begin(kind, 0);
  }

  Running begin(Operation kind, long offset) {
    FutureTask<Void> task =
        new FutureTask<>(() -> {
          run(kind, offset);
          return null;
        });
    Thread.ofPlatform().daemon().start(task);
    return new Running(task);
  }

  /** Do an operation of a kind with 512 bytes at an offset. */
  void run(Operation kind, long offset) throws IOException {
    switch (kind) {
      case READ -> next.pread(ByteBuffer.allocateDirect(512), offset);
      case WRITE -> next.pwrite(ByteBuffer.allocateDirect(512), offset, Flags.NONE);
      case ZERO -> next.zero(offset, 512, Flags.NONE);
      case TRIM -> next.trim(offset, 512, Flags.NONE);
      case FLUSH -> next.flush();
      case EXTENTS -> next.extents(offset, 512, Flags.NONE, (at, length, type) -> {});
      case CACHE -> next.cache(offset, 512);
      case OPEN, CLOSE -> {
        try (Client client = chain.connect(false)) {
          client.open("");
        }
      }
    }
  }

  void fastZero() throws IOException {
    next.zero(0, 512, Flags.of(Flag.FAST_ZERO));
  }

  @Override
  public void close() {
    chain.stop();
  }

  /** An operation that may take its time. */
  record Running(FutureTask<Void> task) {
    boolean done() {
      return task.isDone();
    }

    /** Wait for its end, and fail if it failed. */
    void end() throws ExecutionException, InterruptedException, TimeoutException {
      task.get(10, SECONDS);
    }
  }
}
