package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.NbdException;
import nbdj.runtime.chain.WriteSources;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the requests of one connection off its input, checks them and answers those that are
 * refused. Used by the reader.
 */
final class Intake {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);

  /** The longest payload of a write that stays where it was received, in bytes. */
  private static final int IN_PLACE = 64 << 10;

  private final String name;
  private final Input input;
  private final Terms terms;
  private final Rules rules;
  private final Buffers buffers;
  private final ServiceTime serviceTime;
  private final Silence silence;
  private final Transfers transfers;
  private final Runnable step;
  private final PayloadSource source;
  private final BufferSize size = new BufferSize();
  private final int header;
  private final int magic;

  Intake(
      String name,
      Input input,
      Terms terms,
      Buffers buffers,
      ServiceTime serviceTime,
      Silence silence,
      Transfers transfers) {
    this.name = name;
    this.input = input;
    this.terms = terms;
    this.rules = new Rules(terms);
    this.buffers = buffers;
    this.serviceTime = serviceTime;
    this.silence = silence;
    this.transfers = transfers;
    this.step = transfers::step;
    boolean extended = terms.headers() == Headers.EXTENDED;
    this.header = terms.headers().request();
    this.source = new PayloadSource(input, buffers, transfers, header);
    this.magic = extended ? Wire.EXTENDED_REQUEST_MAGIC : Wire.REQUEST_MAGIC;
  }

  /** Tell whether there is a request, or its beginning, for which nobody need wait. */
  boolean hasMore() {
    return input.available() >= header;
  }

  /**
   * Take requests until one is to be performed.
   *
   * @return false if there will be none
   */
  boolean next(Worker worker) throws IOException {
    while (true) {
      if (input.available() < header) {
        size.used(worker.outbox.pending());
        worker.outbox.flush();
        fit(worker);
        if (!await()) {
          return false;
        }
      }
      int got = input.bytes().getInt();
      if (got != magic) {
        throw new IOException("bad request magic 0x%x".formatted(got));
      }
      Request request = worker.request;
      request.decode(input.bytes());
      if (request.type() == Wire.CMD_DISC) {
        return false;
      }
      NbdException refusal = admit(worker);
      if (refusal == null) {
        return true;
      }
      log.debug("{}: refused: {}", name, refusal.getMessage());
      skipPayload(worker);
      worker.refuse(refusal);
      flushIfMuch(worker);
    }
  }

  /** Send the replies of a worker if there are many. */
  void flushIfMuch(Worker worker) throws IOException {
    if (worker.outbox.flushIfMuch()) {
      size.wantMore();
    }
  }

  /** Have the buffers, which are empty or nearly so, be as large as what passes through them. */
  private void fit(Worker worker) {
    size.used(input.received());
    int wanted = size.next();
    try {
      if (worker.outbox.capacity() != wanted) {
        worker.outbox.swap(buffers.lend(wanted));
      }
      if (input.capacity() != wanted) {
        input.swap(buffers.lend(wanted)).close();
      }
    } catch (NbdException e) {
      log.debug("{}: goes on with the buffers that it has", name, e);
    }
  }

  private boolean await() throws IOException {
    silence.begin();
    try {
      boolean more = input.fill(header);
      if (input.isFull()) {
        size.wantMore();
      }
      return more;
    } finally {
      silence.end();
    }
  }

  /** Leave out the payload of a request that is refused, or drop a client who claims too much. */
  private void skipPayload(Worker worker) throws IOException {
    long payload = worker.request.payload();
    if (terms.headers() == Headers.EXTENDED && (payload < 0 || payload > Rules.MAX_PAYLOAD)) {
      worker.outbox.flush();
      throw new IOException(
          "a payload of %s bytes is longer than any can be"
              .formatted(Long.toUnsignedString(payload)));
    }
    if (payload > input.available()) {
      worker.outbox.flush();
    }
    input.skip(payload);
  }

  /**
   * Check a request and receive its payload; or get why it is refused, its payload not received.
   */
  private @Nullable NbdException admit(Worker worker) throws IOException {
    Request request = worker.request;
    Loan loan = null;
    boolean write = request.type() == Wire.CMD_WRITE;
    boolean read = request.type() == Wire.CMD_READ;
    try {
      rules.check(request);
      if (!write && request.payload() > 0) {
        StatusPayload.receive(request, terms.contexts(), input);
        rules.check(request);
      }
      long count = request.count();
      boolean large = (write && count > IN_PLACE) || (read && count > SmallAnswer.MOST);
      boolean crowded = read && count > SmallAnswer.most(worker.outbox);
      boolean outside = large || (write && count > input.capacity());
      if (!large && (crowded || outside)) {
        size.wantMore();
      }
      if (large || crowded) {
        worker.outbox.flush();
        worker.reserve(count);
      }
      if (write && large && !serviceTime.slow() && WriteSources.takenBy(terms.export().next())) {
        // Nothing else may be performed meanwhile, so the layer must be quick.
        source.begin(count);
        request.payloadReceived();
        worker.payload(source);
        return null;
      }
      if (write && (outside || serviceTime.slow())) {
        loan = buffers.lend((int) count);
      }
    } catch (NbdException e) {
      worker.release();
      return e;
    }
    if (write) {
      receivePayload(worker, (int) request.count(), loan);
    }
    return null;
  }

  private void receivePayload(Worker worker, int count, @Nullable Loan loan) throws IOException {
    if (input.available() < count) {
      worker.outbox.flush();
    }
    worker.request.payloadReceived();
    if (loan == null) {
      input.need(count);
      int at = input.bytes().position();
      worker.payload(input.bytes().slice(at, count));
      input.bytes().position(at + count);
      return;
    }
    worker.keep(loan);
    ByteBuffer payload = loan.bytes().slice(0, count);
    transfers.begin();
    try {
      input.readFully(payload, header, step);
    } finally {
      transfers.end();
    }
    worker.payload(payload.flip());
  }
}
