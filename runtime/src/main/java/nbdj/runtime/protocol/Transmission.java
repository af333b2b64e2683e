package nbdj.runtime.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.NbdException;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transmission phase of one connection.
 *
 * <p>One thread at a time is the reader. It takes requests from the input and performs them itself;
 * replies gather in its outbox and leave when the input runs dry. Where the layers can take several
 * calls at once and are slow, the reader hands its role on to another thread before it performs a
 * request; and when a request turns out to be slow the watch gives the role away for it.
 */
final class Transmission implements Watch.Watched {
  private static final Logger log = LoggerFactory.getLogger(Transmission.class);

  private final String name;
  private final Output output;
  private final Input input;
  private final Intake intake;
  private final Services services;
  private final Crew crew;
  private final Workers workers;
  private final Silence silence;
  private final ServiceTime serviceTime = new ServiceTime();
  private final boolean parallel;

  /** Has the watch look at the reader's requests. */
  private final Watch.Busy busy;

  private volatile boolean stopping;

  /** Guards the moment in which the watch takes the role away. */
  private final ReentrantLock lock = new ReentrantLock();

  /** The reader's request, numbered from 1, while the role can be taken away; 0 otherwise. */
  private final AtomicLong turn = new AtomicLong();

  /** The number of the last such request. Written by the reader only. */
  private long turns;

  /** The reader's worker during its turn. Written before turn is. */
  private @Nullable Worker reader;

  /** The turn that the watch saw last. Used by the watch only. */
  private long seenTurn;

  /** When the watch first saw that turn. Used by the watch only. */
  private long seenAt;

  Transmission(
      String name,
      Output output,
      Input input,
      Terms terms,
      ThreadModel model,
      Services services,
      Crew crew,
      Transfers transfers) {
    this.name = name;
    this.output = output;
    this.input = input;
    this.services = services;
    this.crew = crew;
    this.busy = services.watch().new Busy(this);
    this.silence = new Silence(services.limits().idle(), crew, this::endSilence);
    this.intake =
        new Intake(name, input, terms, services.buffers(), serviceTime, silence, transfers);
    this.workers = new Workers(name, output, terms, services.buffers(), services.meter());
    this.parallel = model == ThreadModel.PARALLEL && services.limits().inFlight() > 1;
  }

  /** Read and perform requests on this thread, until the client leaves or the role goes on. */
  void run() throws IOException {
    if (!services.limits().idle().isZero()) {
      services.watch().add(silence);
    }
    lead(workers.take());
  }

  /**
   * Receive nothing more, and end when what was received is answered. A request that comes later
   * gets no answer instead of {@code ESHUTDOWN}, so that a client that reconnects sends it again.
   */
  void beginStop() {
    stopping = true;
    shutInput();
  }

  /** Give back all buffers. No thread may be in here any more. */
  void close() {
    services.watch().remove(silence);
    workers.close();
  }

  /** Be the reader, as one of the crew, until the end or until another thread is. */
  private void lead(Worker worker) {
    try {
      boolean leading = true;
      while (leading && intake.next(worker)) {
        leading = serve(worker);
      }
      worker.outbox.flush();
    } catch (EOFException e) {
      if (stopping) {
        // It was we who ended the message; others of the crew still have replies to send.
        log.debug("{}: stopped within a message", name);
      } else {
        fail(e);
      }
    } catch (IOException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      log.error("{}: the connection failed", name, e);
      fail(new IOException(e));
    } finally {
      worker.release();
      workers.giveBack(worker);
    }
  }

  private void follow(Worker worker) {
    try {
      lead(worker);
    } finally {
      crew.leave();
    }
  }

  /**
   * Perform a request and answer it.
   *
   * @return whether this thread is still the reader
   */
  private boolean serve(Worker worker) throws IOException {
    if (serviceTime.slow()) {
      worker.outbox.flush();
    }
    if (!parallel) {
      worker.perform();
      worker.reply();
      intake.flushIfMuch(worker);
      return true;
    }
    // Who receives its payload itself cannot have another read what follows.
    boolean receives = worker.receives();
    boolean leading = receives || !handOn(worker);
    long began = System.nanoTime();
    if (leading && !receives) {
      leading = performInTurn(worker);
    } else {
      worker.perform();
    }
    long took = System.nanoTime() - began;
    if (receives) {
      serviceTime.addReceived(took - worker.waited(), worker.moved());
    } else {
      serviceTime.add(took, worker.moved());
    }
    worker.reply();
    intake.flushIfMuch(worker);
    return leading;
  }

  /**
   * Perform a request while the watch may take the reader's role away.
   *
   * @return whether it did not
   */
  private boolean performInTurn(Worker worker) throws IOException {
    worker.outbox.setMark();
    reader = worker;
    long mine = ++turns;
    turn.set(mine);
    busy.wake();
    try {
      worker.perform();
    } finally {
      if (!turn.compareAndSet(mine, 0)) {
        // The watch is done with our outbox once it has let go of the lock.
        lock.lock();
        try {
          worker.outbox.dropCopied();
        } finally {
          lock.unlock();
        }
        mine = 0;
      }
    }
    return mine != 0;
  }

  /**
   * Make another thread the reader, if that is worth it and allowed: not over a payload in place,
   * which came while the layer became slow. The watch may still give the role away.
   */
  private boolean handOn(Worker holder) {
    boolean more = intake.hasMore() || crew.size() > 1;
    boolean free = crew.size() < services.limits().inFlight() && !holder.holdsInput();
    if (!serviceTime.slow() || !more || !free) {
      return false;
    }
    Worker worker;
    try {
      worker = workers.take();
    } catch (NbdException e) {
      log.debug("{}: no buffers for a second thread", name, e);
      return false;
    }
    crew.join();
    start(worker);
    return true;
  }

  /** Have another thread, already counted in the crew, be the reader. */
  private void start(Worker worker) {
    try {
      services.threads().execute(() -> follow(worker));
    } catch (RuntimeException | Error e) {
      log.error("{}: no thread for the connection", name, e);
      workers.giveBack(worker);
      fail(new IOException("no thread for the connection", e));
      crew.leave();
    }
  }

  @Override
  public Watch.Need tick(long now) {
    long current = turn.get();
    if (current != seenTurn) {
      seenTurn = current;
      seenAt = now;
      return Watch.Need.TICKS;
    }
    if (current == 0) {
      return Watch.Need.NOTHING;
    }
    if (crew.size() < services.limits().inFlight() && now - seenAt > ServiceTime.SLOW) {
      takeRole(current);
    }
    return Watch.Need.TICKS;
  }

  /** Make another thread the reader, while the reader is held up by its request. */
  private void takeRole(long current) {
    Worker worker = null;
    Loan loan = null;
    try {
      worker = workers.take();
      // As large as any that it may have to take over from.
      worker.outbox.swap(services.buffers().lend(BufferSize.LARGE));
      loan = services.buffers().lend(BufferSize.LARGE);
    } catch (NbdException e) {
      log.debug("{}: no buffers for a second thread", name, e);
    }
    boolean taken = false;
    lock.lock();
    try {
      Worker held = reader;
      if (worker != null && loan != null && held != null) {
        taken = turn.compareAndSet(current, 0);
        if (taken) {
          held.outbox.copyTo(worker.outbox);
          // The payload of the held request may lie in the old buffer.
          held.keepInput(input.swap(loan));
          serviceTime.addSlow();
          crew.join();
        }
      }
    } finally {
      lock.unlock();
    }
    if (taken && worker != null) {
      start(worker);
      return;
    }
    if (worker != null) {
      workers.giveBack(worker);
    }
    if (loan != null) {
      loan.close();
    }
  }

  /** Drop the client: what it sent cannot be understood, or what we send does not arrive. */
  private void fail(IOException failure) {
    if (failure instanceof CutException) {
      log.error("{}: dropped in the middle of a reply: {}", name, failure.getMessage());
    } else {
      log.debug("{}: dropped", name, failure);
    }
    output.cut(failure);
  }

  private void endSilence() {
    log.debug("{}: ended: silent for {}", name, services.limits().idle());
    shutInput();
  }

  private void shutInput() {
    try {
      output.link().shutdownInput();
    } catch (IOException e) {
      log.debug("{}: the client is gone", name, e);
    }
  }
}
