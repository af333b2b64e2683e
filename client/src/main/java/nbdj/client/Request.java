package nbdj.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way, and what has come of its reply so far.
 *
 * <p>Made by any thread; the reply is taken by the connection's thread, which also completes the
 * future.
 */
class Request {
  final Command command;
  final int flags;
  final long offset;

  /** How many bytes are asked for or changed, from 0 to 2^32-1. */
  final long count;

  final CompletableFuture<Request> future = new CompletableFuture<>();

  /**
   * Until when the reply must be there; set when it is sent, and again when it has become the one
   * that was sent before all others. Guarded by the lock of the connection.
   */
  private @Nullable Deadline deadline;

  /** The first error of the reply. */
  private @Nullable NbdServerException error;

  Request(Command command, int flags, long offset, long count) {
    this.command = command;
    this.flags = flags;
    this.offset = offset;
    this.count = count;
  }

  final void begin(Deadline until) {
    deadline = until;
  }

  /** Get the nanoseconds left for the reply. */
  final long left() {
    return deadline == null ? Long.MAX_VALUE : deadline.left();
  }

  final boolean has(CommandFlag flag) {
    return (flags & flag.bit()) != 0;
  }

  final void fail(int number, String serverText) {
    if (error == null) {
      error = new NbdServerException(toString(), number, serverText);
    }
  }

  /** Take what follows the header of a simple reply that tells success. */
  void simple(Input input) throws IOException {}

  /** Tell whether structured replies, once agreed on, are the only ones allowed. */
  boolean needsStructured() {
    return false;
  }

  /**
   * Take the payload of a chunk that is no error.
   *
   * @param type not {@link Protocol#CHUNK_NONE}
   */
  void chunk(int type, long length, Input input) throws IOException {
    throw violation("a chunk %s, which is none for this command".formatted(Protocol.chunk(type)));
  }

  /** Check that the reply, which has ended without an error, is whole. */
  void checkWhole() throws NbdProtocolException {}

  /** Check the reply, which has ended. */
  final void check() throws NbdProtocolException {
    if (error == null) {
      checkWhole();
    }
  }

  /** Complete the future; the reply has ended and was checked. */
  final void complete() {
    if (error != null) {
      future.completeExceptionally(error);
    } else {
      future.complete(this);
    }
  }

  /** Make the failure that says how the server broke the protocol. */
  final NbdProtocolException violation(String sent) {
    return new NbdProtocolException("the server answered a %s with %s".formatted(this, sent));
  }

  @Override
  public final String toString() {
    return switch (command) {
      case FLUSH, DISCONNECT -> command.toString();
      default -> "%s of %d bytes at %s".formatted(command, count, Long.toUnsignedString(offset));
    };
  }
}
