package nbdj.runtime.protocol;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.NbdException;

/** The workers of one connection, kept from request to request. For any thread. */
final class Workers {
  private final String connection;
  private final Output output;
  private final Terms terms;
  private final Buffers buffers;
  private final Buffers.Share share;
  private final Meter meter;
  private final ReentrantLock lock = new ReentrantLock();

  /** Workers at rest. Guarded by lock. */
  private final ArrayDeque<Worker> idle = new ArrayDeque<>();

  Workers(String connection, Output output, Terms terms, Buffers buffers, Meter meter) {
    this.connection = connection;
    this.output = output;
    this.terms = terms;
    this.buffers = buffers;
    this.share = buffers.share();
    this.meter = meter;
  }

  /** Get a worker, to be given back. */
  Worker take() throws NbdException {
    lock.lock();
    try {
      Worker worker = idle.pollLast();
      if (worker != null) {
        return worker;
      }
    } finally {
      lock.unlock();
    }
    Outbox outbox = new Outbox(output, buffers.lend(BufferSize.SMALL));
    return new Worker(connection, outbox, terms, buffers, share, meter);
  }

  /** Give a worker back, which has nothing to send any more. */
  void giveBack(Worker worker) {
    worker.outbox.clear();
    lock.lock();
    try {
      idle.addLast(worker);
    } finally {
      lock.unlock();
    }
  }

  /** Give back all buffers, once every worker has been given back. */
  void close() {
    lock.lock();
    try {
      idle.forEach(worker -> worker.outbox.close());
      idle.clear();
    } finally {
      lock.unlock();
    }
  }
}
