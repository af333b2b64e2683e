package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one thread needs to deal with requests of a connection: request, payload, answer, outbox.
 * Used by one thread at a time, and reused.
 *
 * <p>A request is dealt with in two steps. {@link #perform} calls the layer and sends nothing;
 * {@link #reply} puts the reply into the outbox or, if it is long, sends it.
 */
final class Worker {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  final Request request;
  final Outbox outbox;
  private final Headers headers;
  private final Next next;
  private final Replies replies;
  private final SmallAnswer small;
  private final LargeAnswer large;
  private final LargeSender sender;
  private final StatusReply status;
  private final Buffers.Share share;
  private final String connection;
  private final Meter meter;
  private final Measurement measurement;

  /** The payload of a write, null for other requests. */
  private @Nullable ByteBuffer payload;

  /** What gives the payload of a write that has not been received, null for other requests. */
  private @Nullable PayloadSource source;

  /** The buffer of the payload, if it has one of its own. */
  private @Nullable Loan loan;

  /** The input buffer in which the payload may lie, if another thread reads into a new one. */
  private @Nullable Loan input;

  /** How much of the budget the request holds, in bytes. */
  private long reserved;

  /** Whether the answer to a read is in pieces to be sent. */
  private boolean inPieces;

  private @Nullable Throwable failure;

  Worker(
      String connection,
      Outbox outbox,
      Terms terms,
      Buffers buffers,
      Buffers.Share share,
      Meter meter) {
    this.connection = connection;
    this.outbox = outbox;
    this.headers = terms.headers();
    this.request = new Request(headers);
    this.next = terms.export().next();
    this.replies = new Replies(outbox, headers, terms.export().size());
    this.small = new SmallAnswer(outbox, headers);
    this.large = new LargeAnswer(buffers);
    this.sender = new LargeSender(outbox, headers);
    this.status = new StatusReply(terms.contexts());
    this.share = share;
    this.meter = meter;
    this.measurement = new Measurement(meter, connection, terms.export().next().exportName());
  }

  /** Reserve what a long request will need, and wait while others hold it. */
  void reserve(long bytes) throws NbdException {
    share.reserve(bytes);
    reserved = bytes;
  }

  /** Set the payload of a write. */
  void payload(ByteBuffer bytes) {
    payload = bytes;
  }

  /** Set what gives the payload of a write. */
  void payload(PayloadSource coming) {
    source = coming;
  }

  /** Tell whether the payload is received while the request is performed. */
  boolean receives() {
    return source != null;
  }

  /** Tell whether the payload lies where the input goes on, so that nobody may read there yet. */
  boolean holdsInput() {
    return payload != null && loan == null;
  }

  /** Keep the buffer of the payload until the request is done. */
  void keep(Loan held) {
    loan = held;
  }

  /** Keep the old input buffer until the request is done. */
  void keepInput(Loan held) {
    input = held;
  }

  /** Answer a request that does not reach the layer. */
  void refuse(Throwable reason) throws IOException {
    meter.refused(request);
    replies.failed(request, reason);
  }

  /** Have the layer do the request. */
  void perform() throws IOException {
    failure = null;
    inPieces = false;
    measurement.begin(request);
    if (request.type() == Wire.CMD_READ) {
      beginRead();
    }
    try {
      call();
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      log.error("{}: {} failed", connection, request, e);
      failure = new NbdException(NbdError.EIO, "the server failed, see its log", e);
    }
    if (source != null) {
      source.finish();
    }
  }

  private void beginRead() throws IOException {
    inPieces = request.count() > SmallAnswer.most(outbox);
    if (inPieces) {
      large.begin(request, headers.chunks());
    } else {
      small.begin(request);
    }
  }

  private void call() throws IOException {
    long offset = request.offset();
    long count = request.count();
    switch (request.type()) {
      case Wire.CMD_READ -> {
        if (inPieces) {
          next.read(offset, count, large);
          large.checkWhole();
        } else {
          next.read(offset, count, small);
          small.finish();
        }
      }
      case Wire.CMD_WRITE -> {
        if (source != null) {
          next.write(offset, count, source, request.writeFlags());
          meter.written(count, source.intoMemory(), source.intoFile());
        } else if (payload != null) {
          next.pwrite(payload, offset, request.writeFlags());
          meter.written(count, 0, 0);
        }
      }
      case Wire.CMD_FLUSH -> next.flush();
      case Wire.CMD_TRIM -> next.trim(offset, count, request.writeFlags());
      case Wire.CMD_CACHE -> next.cache(offset, count);
      case Wire.CMD_WRITE_ZEROES -> next.zero(offset, count, request.zeroFlags());
      case Wire.CMD_BLOCK_STATUS -> status.ask(request, next);
      default -> throw new IllegalStateException("not checked: " + request);
    }
  }

  /** Get how long the request waited for its payload while it was performed, in nanoseconds. */
  long waited() {
    return source == null ? 0 : source.waited();
  }

  /** Get how many bytes the request moves. */
  long moved() {
    boolean moves = request.type() == Wire.CMD_READ || request.type() == Wire.CMD_WRITE;
    return moves ? request.count() : 0;
  }

  /** Answer the request as the layer did it. */
  void reply() throws IOException {
    try {
      Throwable failed = failure;
      if (failed != null) {
        if (request.type() == Wire.CMD_READ && !inPieces) {
          small.drop();
        }
        log.debug("{}: {} failed", connection, request, failed);
        replies.failed(request, failed);
      } else if (request.type() == Wire.CMD_BLOCK_STATUS) {
        status();
      } else if (request.type() != Wire.CMD_READ) {
        replies.done(request);
      } else if (inPieces) {
        meter.answer(large);
        sender.send(request, large.pieces());
      } else {
        meter.answer(small);
      }
    } finally {
      measurement.end(request, failure);
      release();
    }
  }

  private void status() throws IOException {
    try {
      status.write(request, outbox);
    } catch (NbdException e) {
      failure = e;
      replies.failed(request, e);
    }
  }

  /** Give back all that the request holds. */
  void release() {
    large.release();
    payload = null;
    source = null;
    failure = null;
    if (loan != null) {
      loan.close();
      loan = null;
    }
    if (input != null) {
      input.close();
      input = null;
    }
    if (reserved > 0) {
      share.release(reserved);
      reserved = 0;
    }
  }
}
