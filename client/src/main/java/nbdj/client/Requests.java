package nbdj.client;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Makes requests of what a caller wants, sends them, and waits for them. Safe for many threads. */
final class Requests {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /**
   * The longest range of one request without data, in bytes, where headers are not extended: the
   * largest multiple of 64 KiB, the largest minimum block size there is, that 32 bits hold.
   */
  private static final long LONGEST = 0xffff_0000L;

  private final Transmission transmission;
  private final NbdExport export;
  private final Checks checks;
  private final boolean checked;
  private final Map<Integer, String> contexts;

  Requests(
      Transmission transmission,
      NbdExport export,
      Checks checks,
      boolean checked,
      Map<Integer, String> contexts) {
    this.transmission = transmission;
    this.export = export;
    this.checks = checks;
    this.checked = checked;
    this.contexts = contexts;
  }

  /** Send what fills a buffer. */
  List<Request> read(ByteBuffer target, long offset, CommandFlag... flags)
      throws NbdDisconnectedException {
    check(Command.READ, offset, target.remaining(), flags);
    return pieces(
        target.remaining(),
        export.blockSizes().piece(),
        (at, count) -> {
          ByteBuffer part = part(target, at, count);
          return send(new ReadRequest(CommandFlag.bits(flags), offset + at, part), NOTHING);
        });
  }

  /** Send what writes a buffer. */
  List<Request> write(ByteBuffer source, long offset, CommandFlag... flags)
      throws NbdDisconnectedException {
    check(Command.WRITE, offset, source.remaining(), flags);
    return pieces(
        source.remaining(),
        export.blockSizes().piece(),
        (at, count) -> {
          int bits = CommandFlag.bits(flags);
          return send(
              new Request(Command.WRITE, bits, offset + at, count), part(source, at, count));
        });
  }

  List<Request> flush() throws NbdDisconnectedException {
    check(Command.FLUSH, 0, 0);
    return List.of(send(new Request(Command.FLUSH, 0, 0, 0), NOTHING));
  }

  /** Send trim, cache or write zeroes. */
  List<Request> range(Command command, long offset, long count, CommandFlag... flags)
      throws NbdDisconnectedException {
    check(command, offset, count, flags);
    // Some servers hold cache for a read.
    long piece = command == Command.CACHE ? export.blockSizes().piece() : longest();
    return pieces(
        count,
        piece,
        (at, part) ->
            send(new Request(command, CommandFlag.bits(flags), offset + at, part), NOTHING));
  }

  /** Send a request for block status; of a range that is too long its beginning. */
  StatusRequest blockStatus(long offset, long count, CommandFlag... flags)
      throws NbdDisconnectedException {
    check(Command.BLOCK_STATUS, offset, count, flags);
    long asked = checked ? Math.min(count, longest()) : count;
    StatusRequest request = new StatusRequest(CommandFlag.bits(flags), offset, asked, contexts);
    send(request, NOTHING);
    return request;
  }

  private long longest() {
    return export.extendedHeaders() ? Long.MAX_VALUE : LONGEST;
  }

  private static ByteBuffer part(ByteBuffer buffer, long at, long count) {
    return buffer.slice(buffer.position() + (int) at, (int) count);
  }

  private void check(Command command, long offset, long count, CommandFlag... flags) {
    if (checked) {
      checks.check(command, offset, count, flags);
    }
  }

  private Request send(Request request, ByteBuffer payload) throws NbdDisconnectedException {
    transmission.send(request, payload);
    return request;
  }

  /** Sends one piece of a request. */
  @FunctionalInterface
  private interface Piece {
    Request send(long at, long count) throws NbdDisconnectedException;
  }

  private List<Request> pieces(long count, long most, Piece piece) throws NbdDisconnectedException {
    if (!checked) {
      return List.of(piece.send(0, count));
    }
    List<Request> requests = new ArrayList<>();
    for (long at = 0; at < count; at += most) {
      try {
        requests.add(piece.send(at, Math.min(most, count - at)));
      } catch (NbdDisconnectedException e) {
        // The caller's buffer must be at rest before he hears of it.
        settle(requests);
        throw e;
      }
    }
    return requests;
  }

  private void settle(List<Request> requests) {
    if (!requests.isEmpty()) {
      waitFor(together(requests).handle((done, failure) -> true));
    }
  }

  /** Get a future that completes when all of some requests are complete. */
  static CompletableFuture<Void> together(List<Request> requests) {
    return CompletableFuture.allOf(
        requests.stream().map(request -> request.future).toArray(CompletableFuture<?>[]::new));
  }

  /**
   * Wait until all of some requests are complete.
   *
   * @throws NbdClientException the first failure of them
   */
  void await(List<Request> requests) throws NbdClientException {
    settle(requests);
    for (Request request : requests) {
      if (request.future.isCompletedExceptionally()) {
        if (request.future.exceptionNow() instanceof NbdClientException failure) {
          throw failure.again();
        }
        throw new IllegalStateException("a request failed", request.future.exceptionNow());
      }
    }
  }

  /** Wait for a future that does not fail; an interrupt is kept for later. */
  private void waitFor(CompletableFuture<?> future) {
    if (transmission.isOwnThread() && !future.isDone()) {
      throw new IllegalStateException(
          "a thread that runs what follows a future of this connection cannot wait for another"
              + " of its replies: use the methods that end in Async, or an executor of your own");
    }
    boolean interrupted = false;
    while (true) {
      try {
        future.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException("a request failed", e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
