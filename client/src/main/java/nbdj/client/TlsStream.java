package nbdj.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts what goes over a socket that never blocks. One thread reads; another may write, for
 * which there is a lock, held while nothing is waited for.
 */
final class TlsStream {
  /** Waits for the socket, or fails. */
  @FunctionalInterface
  interface Waiter {
    /** Wait until the socket is ready for an operation of {@link SelectionKey}. */
    void await(int operations) throws IOException;
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** How much is received and sent in one call, about, in bytes. */
  private static final int BATCH = 64 << 10;

  private final SocketChannel channel;
  private final SSLEngine engine;
  private final int record;
  private final int content;

  /** What was received and not decrypted, from position to limit. Used by the reader. */
  private final ByteBuffer received;

  /** What was decrypted and not read, from position to limit. Used by the reader. */
  private final ByteBuffer decrypted;

  private final ReentrantLock writing = new ReentrantLock();

  /** What was encrypted and not sent, from position to limit. Guarded by writing. */
  private final ByteBuffer encrypted;

  TlsStream(SocketChannel channel, SSLEngine engine) {
    this.channel = channel;
    this.engine = engine;
    SSLSession session = engine.getSession();
    this.record = session.getPacketBufferSize();
    this.content = session.getApplicationBufferSize();
    this.received = ByteBuffer.allocateDirect(BATCH + record).limit(0);
    this.decrypted = ByteBuffer.allocateDirect(content).limit(0);
    this.encrypted = ByteBuffer.allocateDirect(BATCH + record).limit(0);
  }

  /** Agree with the server on how to encrypt, and on who it is. */
  void handshake(Waiter waiter) throws IOException {
    engine.beginHandshake();
    HandshakeStatus status = engine.getHandshakeStatus();
    while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
      status =
          switch (status) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> {
              HandshakeStatus next = answer();
              flushAll(waiter);
              yield next;
            }
            default -> take(waiter);
          };
    }
    flushAll(waiter);
  }

  private void flushAll(Waiter waiter) throws IOException {
    while (!flush()) {
      waiter.await(SelectionKey.OP_WRITE);
    }
  }

  private HandshakeStatus take(Waiter waiter) throws IOException {
    while (true) {
      decrypted.clear();
      SSLEngineResult result;
      try {
        result = engine.unwrap(received, decrypted);
      } finally {
        decrypted.flip();
      }
      if (result.getStatus() == Status.CLOSED) {
        throw new SSLException("the server ended the TLS handshake");
      }
      if (result.getStatus() != Status.BUFFER_UNDERFLOW) {
        return result.getHandshakeStatus();
      }
      int got = receive();
      if (got < 0) {
        throw new SSLException("the server hung up during the TLS handshake");
      }
      if (got == 0) {
        waiter.await(SelectionKey.OP_READ);
      }
    }
  }

  private HandshakeStatus runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
    return engine.getHandshakeStatus();
  }

  /** Encrypt what TLS itself has to say, to be sent by {@link #flush}. */
  private HandshakeStatus answer() throws IOException {
    writing.lock();
    try {
      encrypted.compact();
      SSLEngineResult result;
      try {
        result = engine.wrap(NOTHING, encrypted);
      } finally {
        encrypted.flip();
      }
      if (result.bytesProduced() == 0 && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        throw new SSLException("TLS makes no progress");
      }
      return result.getHandshakeStatus();
    } finally {
      writing.unlock();
    }
  }

  private int receive() throws IOException {
    received.compact();
    try {
      return channel.read(received);
    } finally {
      received.flip();
    }
  }

  /** Read as {@link Link#read} does. */
  int read(ByteBuffer target) throws IOException {
    int begin = target.position();
    while (true) {
      if (decrypted.hasRemaining()) {
        int part = Math.min(decrypted.remaining(), target.remaining());
        target.put(target.position(), decrypted, decrypted.position(), part);
        target.position(target.position() + part);
        decrypted.position(decrypted.position() + part);
      }
      boolean room = target.remaining() >= content;
      if (target.position() > begin && !room) {
        return target.position() - begin;
      }
      Status status = decrypt(room ? target : null);
      if (status == Status.OK) {
        continue;
      }
      if (target.position() > begin) {
        return target.position() - begin;
      }
      if (status == Status.CLOSED) {
        return -1;
      }
      int got = receive();
      if (got <= 0) {
        return got;
      }
    }
  }

  /** Decrypt one record, into a target or to be kept. */
  private Status decrypt(@Nullable ByteBuffer target) throws IOException {
    if (!received.hasRemaining()) {
      return Status.BUFFER_UNDERFLOW;
    }
    SSLEngineResult result;
    if (target != null) {
      result = engine.unwrap(received, target);
    } else {
      decrypted.clear();
      try {
        result = engine.unwrap(received, decrypted);
      } finally {
        decrypted.flip();
      }
    }
    switch (result.getStatus()) {
      case OK -> {
        boolean nothing = result.bytesConsumed() == 0 && result.bytesProduced() == 0;
        if (nothing && result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
          throw new SSLException("TLS makes no progress");
        }
        goOn(result.getHandshakeStatus());
      }
      case BUFFER_OVERFLOW -> throw new SSLException("a record longer than agreed on");
      case BUFFER_UNDERFLOW, CLOSED -> {}
    }
    return result.getStatus();
  }

  /** Do what TLS 1.3 may want between data. The connection's thread sends the answer. */
  private void goOn(HandshakeStatus wanted) throws IOException {
    HandshakeStatus status = wanted;
    while (status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP) {
      if (engine.getSession().getProtocol().equals("TLSv1.2")) {
        throw new SSLException("the server wants to renegotiate, which is refused");
      }
      status = status == HandshakeStatus.NEED_TASK ? runTasks() : answer();
    }
  }

  /**
   * Encrypt and send as {@link Link#write} does.
   *
   * @return how many bytes were taken, of which {@link #flush} may have some to send
   */
  long write(ByteBuffer header, ByteBuffer payload) throws IOException {
    writing.lock();
    try {
      if (!flush()) {
        return 0;
      }
      ByteBuffer[] parts = {header, payload};
      long taken = 0;
      encrypted.clear();
      try {
        while ((header.hasRemaining() || payload.hasRemaining())
            && encrypted.remaining() >= record) {
          SSLEngineResult result = engine.wrap(parts, encrypted);
          if (result.getStatus() != Status.OK || result.bytesProduced() == 0) {
            throw new SSLException("the server has ended TLS");
          }
          taken += result.bytesConsumed();
        }
      } finally {
        encrypted.flip();
      }
      flush();
      return taken;
    } finally {
      writing.unlock();
    }
  }

  /** Send what is encrypted, and tell whether that was all. */
  boolean flush() throws IOException {
    writing.lock();
    try {
      while (encrypted.hasRemaining()) {
        if (channel.write(encrypted) == 0) {
          return false;
        }
      }
      return true;
    } finally {
      writing.unlock();
    }
  }

  /** Say the goodbye of TLS, if the socket takes it at once. */
  void close() throws IOException {
    writing.lock();
    try {
      engine.closeOutbound();
      if (flush()) {
        answer();
        flush();
      }
    } finally {
      writing.unlock();
    }
  }
}
