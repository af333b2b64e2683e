package nbdj.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;

/** Sends options and receives the replies to them. Used by one thread. */
final class Options {
  /** Takes a reply that is neither the last nor an error. */
  @FunctionalInterface
  interface Taker {
    void take(OptionReply reply) throws NbdProtocolException;
  }

  /** The longest reply that is accepted, in bytes: two strings and some numbers. */
  private static final int MAX_REPLY = 2 * Protocol.MAX_STRING + 64;

  /** How many replies one option may get. */
  private static final int MAX_REPLIES = 1 << 20;

  private final Link link;
  private final Input input;
  private final String place;
  private final Duration timeout;
  private Deadline deadline;

  Options(Link link, String place, Duration timeout) {
    this.link = link;
    this.place = place;
    this.timeout = timeout;
    this.deadline = Deadline.after(timeout);
    this.input = new Input(link, () -> await(SelectionKey.OP_READ));
  }

  Input input() {
    return input;
  }

  /** Exchange the greetings. Tells whether the padding of EXPORT_NAME's reply is left out. */
  boolean greet() throws NbdClientException {
    return guarded(
        "the greeting",
        () -> {
          long greeting = input.int64();
          if (greeting != Protocol.GREETING) {
            throw new NbdProtocolException(
                "%s is no NBD server: it began with 0x%016x".formatted(place, greeting));
          }
          long style = input.int64();
          if (style == Protocol.OLDSTYLE_MAGIC) {
            throw new NbdProtocolException(
                place
                    + " speaks the oldstyle protocol, which this client does not; start the server"
                    + " with an export name or whatever else makes it speak newstyle");
          }
          if (style != Protocol.OPTION_MAGIC) {
            throw new NbdProtocolException(
                "%s sent 0x%016x where NBD servers say IHAVEOPT".formatted(place, style));
          }
          int flags = input.int16();
          if ((flags & Protocol.FIXED_NEWSTYLE) == 0) {
            throw new NbdProtocolException(
                place + " speaks newstyle, but not fixed newstyle, which this client needs");
          }
          int answer = flags & (Protocol.FIXED_NEWSTYLE | Protocol.NO_ZEROES);
          send(ByteBuffer.allocate(4).putInt(answer).flip());
          return (answer & Protocol.NO_ZEROES) != 0;
        });
  }

  /**
   * Send an option and take the replies to it.
   *
   * @throws NbdRefusedException if the server refuses
   */
  void ask(int option, ByteBuffer payload, Taker taker) throws NbdClientException {
    String name = Protocol.option(option);
    deadline = Deadline.after(timeout);
    guarded(
        name,
        () -> {
          send(option, payload);
          for (int count = 0; count < MAX_REPLIES; count++) {
            OptionReply reply = receive(option);
            if (reply.type() == Protocol.REP_ACK) {
              reply.end();
              return true;
            }
            taker.take(reply);
          }
          throw new NbdProtocolException("the server's replies to %s do not end".formatted(name));
        });
  }

  /** Encrypt the connection, which the server has agreed to. */
  void secure(SSLEngine engine) throws NbdClientException {
    guarded(
        "the TLS handshake",
        () -> {
          if (input.hasMore()) {
            throw new NbdProtocolException(
                place + " sent more in plain text after it had agreed to TLS");
          }
          link.secure(engine, this::await);
          return true;
        });
  }

  /** Send an option for whose replies nobody waits. */
  void tell(int option, ByteBuffer payload) throws NbdClientException {
    deadline = Deadline.after(timeout);
    guarded(
        Protocol.option(option),
        () -> {
          send(option, payload);
          return true;
        });
  }

  /** Something that may fail in the ways of a channel. */
  @FunctionalInterface
  interface Exchange<T> {
    T run() throws IOException;
  }

  /** Run an exchange of messages and name it in what may go wrong. */
  <T> T guarded(String what, Exchange<T> exchange) throws NbdClientException {
    try {
      return exchange.run();
    } catch (NbdClientException e) {
      throw e;
    } catch (EOFException e) {
      throw new NbdDisconnectedException(
          "%s closed the connection during %s".formatted(place, what), e);
    } catch (InterruptedIOException e) {
      throw new NbdDisconnectedException("%s: interrupted during %s".formatted(place, what), e);
    } catch (IOException e) {
      throw new NbdDisconnectedException(
          "%s: the connection failed during %s: %s".formatted(place, what, e.getMessage()), e);
    }
  }

  private OptionReply receive(int option) throws IOException {
    String name = Protocol.option(option);
    long magic = input.int64();
    if (magic != Protocol.OPTION_REPLY_MAGIC) {
      throw new NbdProtocolException(
          "the server's reply to %s begins with 0x%x instead of the magic of replies"
              .formatted(name, magic));
    }
    int to = input.int32();
    int type = input.int32();
    long length = input.unsigned32();
    if (to != option) {
      throw new NbdProtocolException(
          "the server's reply to %s names %s".formatted(name, Protocol.option(to)));
    }
    if (length > MAX_REPLY) {
      throw new NbdProtocolException(
          "the server's reply to %s has %d bytes, %d is the most"
              .formatted(name, length, MAX_REPLY));
    }
    byte[] data = input.bytes((int) length);
    if (type < 0) {
      throw new NbdRefusedException(name, NbdRefusedException.Reason.of(type), Text.message(data));
    }
    return new OptionReply(option, type, ByteBuffer.wrap(data));
  }

  private void send(int option, ByteBuffer payload) throws IOException {
    send(
        ByteBuffer.allocate(16 + payload.remaining())
            .putLong(Protocol.OPTION_MAGIC)
            .putInt(option)
            .putInt(payload.remaining())
            .put(payload)
            .flip());
  }

  private void send(ByteBuffer bytes) throws IOException {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    while (bytes.hasRemaining()) {
      if (link.write(bytes, nothing) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
    while (!link.flush()) {
      await(SelectionKey.OP_WRITE);
    }
  }

  private void await(int operations) throws IOException {
    if (deadline.isOver()) {
      throw new NbdDisconnectedException(
          "%s did not answer within %s during the handshake".formatted(place, timeout));
    }
    link.await(operations, deadline.left());
  }

  /** Write an export name and what an option has behind it. */
  static ByteBuffer payload(String exportName, List<byte[]> rest) {
    byte[] name = Text.encode(exportName);
    List<byte[]> parts = new ArrayList<>(rest);
    parts.addFirst(name);
    parts.addFirst(ByteBuffer.allocate(4).putInt(name.length).array());
    ByteBuffer payload = ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
    parts.forEach(payload::put);
    return payload.flip();
  }
}
