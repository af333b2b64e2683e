package nbdj.runtime.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A link whose bytes are encrypted on their way over another.
 *
 * <p>What arrives is decrypted right into the reader's buffer where that has room for a record, and
 * several records leave in one write. The fields of the reading side are the reader's; those of the
 * writing side are guarded by {@link #writing}, which the reader takes where TLS has it answer.
 */
public final class TlsLink implements Link {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** How many bytes are received and sent in one call, about. */
  private static final int BATCH = 64 << 10;

  private final ChannelLink plain;
  private final SSLEngine engine;
  private final int record;
  private final int content;

  /** What was received and not decrypted, from position to limit. */
  private final ByteBuffer received;

  /** What was decrypted and not read, from position to limit. */
  private final ByteBuffer decrypted;

  private volatile boolean inputShut;

  /** Held by the thread that encrypts and sends. It may block for as long as the client does. */
  private final ReentrantLock writing = new ReentrantLock();

  private final ByteBuffer[] encrypted;

  private TlsLink(ChannelLink plain, SSLEngine engine) {
    this.plain = plain;
    this.engine = engine;
    SSLSession session = engine.getSession();
    this.record = session.getPacketBufferSize();
    this.content = session.getApplicationBufferSize();
    this.received = ByteBuffer.allocateDirect(BATCH + record).limit(0);
    this.decrypted = ByteBuffer.allocateDirect(content).limit(0);
    this.encrypted = new ByteBuffer[] {ByteBuffer.allocateDirect(BATCH + record)};
  }

  /**
   * Encrypt a link, of which the client has been told to. Waits until both sides have agreed.
   *
   * @param link one that {@link Links} made, on which nobody reads or writes any more
   * @throws IOException if they do not agree; the link is of no use then
   */
  public static TlsLink secure(Link link, TlsCertificates certificates) throws IOException {
    if (!(link instanceof ChannelLink plain)) {
      throw new IllegalArgumentException("the link is encrypted already");
    }
    TlsLink secured = new TlsLink(plain, certificates.newEngine());
    secured.agree();
    return secured;
  }

  private void agree() throws IOException {
    engine.beginHandshake();
    try {
      HandshakeStatus status = engine.getHandshakeStatus();
      while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
        status =
            switch (status) {
              case NEED_WRAP -> answer();
              case NEED_TASK -> runTasks();
              default -> take();
            };
      }
    } catch (SSLException e) {
      tellWhy(e);
      throw e;
    }
  }

  /** Take one record of the handshake. */
  private HandshakeStatus take() throws IOException {
    while (true) {
      decrypted.clear();
      SSLEngineResult result;
      try {
        result = engine.unwrap(received, decrypted);
      } finally {
        decrypted.flip();
      }
      if (result.getStatus() == Status.CLOSED) {
        throw new SSLException("the client ended the TLS handshake");
      }
      if (result.getStatus() != Status.BUFFER_UNDERFLOW) {
        return result.getHandshakeStatus();
      }
      if (!receive()) {
        throw new SSLException("the client hung up during the TLS handshake");
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

  /** Send what TLS itself has to say. */
  private HandshakeStatus answer() throws IOException {
    writing.lock();
    try {
      ByteBuffer out = encrypted[0].clear();
      SSLEngineResult result = engine.wrap(NOTHING, out);
      out.flip();
      plain.write(encrypted, 0, 1);
      if (result.bytesProduced() == 0 && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        throw new SSLException("TLS makes no progress");
      }
      return result.getHandshakeStatus();
    } finally {
      writing.unlock();
    }
  }

  /** Send the alert that says why the handshake failed, if the engine has one. */
  private void tellWhy(SSLException failure) {
    try {
      if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        ByteBuffer out = encrypted[0].clear();
        engine.wrap(NOTHING, out);
        plain.writeNow(out.flip());
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Get the subject of the client's certificate; empty if it was asked for none. */
  public Optional<String> peerName() {
    if (!engine.getNeedClientAuth()) {
      return Optional.empty();
    }
    try {
      return Optional.of(engine.getSession().getPeerPrincipal().getName());
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException("a client without a certificate was let in", e);
    }
  }

  @Override
  public String peer() {
    return plain.peer();
  }

  @Override
  public Optional<SocketAddress> address() {
    return plain.address();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int begin = target.position();
    while (true) {
      if (inputShut) {
        return -1;
      }
      if (decrypted.hasRemaining()) {
        int part = Math.min(decrypted.remaining(), target.remaining());
        target.put(target.position(), decrypted, decrypted.position(), part);
        target.position(target.position() + part);
        decrypted.position(decrypted.position() + part);
      }
      boolean room = target.remaining() >= content;
      boolean some = target.position() > begin;
      if (some && !room) {
        return target.position() - begin;
      }
      Status status = decrypt(room ? target : null);
      if (status == Status.CLOSED) {
        return target.position() > begin ? target.position() - begin : -1;
      }
      if (status == Status.BUFFER_UNDERFLOW) {
        if (target.position() > begin) {
          return target.position() - begin;
        }
        if (!receive()) {
          // Without a goodbye of TLS, which is to hang up: NBD knows by itself where messages end.
          return -1;
        }
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

  /** Do what TLS 1.3 may want between data: new keys. TLS 1.2 could only want to start over. */
  private void goOn(HandshakeStatus wanted) throws IOException {
    HandshakeStatus status = wanted;
    while (status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP) {
      if (engine.getSession().getProtocol().equals("TLSv1.2")) {
        throw new SSLException("the client wants to renegotiate, which is refused");
      }
      status = status == HandshakeStatus.NEED_TASK ? runTasks() : answer();
    }
  }

  private boolean receive() throws IOException {
    received.compact();
    try {
      return plain.read(received) >= 0;
    } finally {
      received.flip();
    }
  }

  @Override
  public void write(ByteBuffer[] buffers, int first, int count) throws IOException {
    writing.lock();
    try {
      int next = first;
      int end = first + count;
      ByteBuffer out = encrypted[0].clear();
      while (true) {
        while (next < end && !buffers[next].hasRemaining()) {
          next++;
        }
        if (next == end || out.remaining() < record) {
          out.flip();
          plain.write(encrypted, 0, 1);
          out.clear();
        }
        if (next == end) {
          return;
        }
        SSLEngineResult result = engine.wrap(buffers, next, end - next, out);
        if (result.getStatus() != Status.OK || result.bytesProduced() == 0) {
          throw new SSLException("the client has ended TLS");
        }
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public long send(FileChannel file, long position, long count) throws IOException {
    ByteBuffer[] part = {ByteBuffer.allocateDirect((int) Math.min(count, BATCH))};
    long sent = 0;
    while (sent < count) {
      ByteBuffer bytes = part[0].clear();
      bytes.limit((int) Math.min(bytes.capacity(), count - sent));
      if (file.read(bytes, position + sent) <= 0) {
        break;
      }
      bytes.flip();
      sent += bytes.remaining();
      write(part, 0, 1);
    }
    return sent;
  }

  @Override
  public void shutdownInput() throws IOException {
    inputShut = true;
    plain.shutdownInput();
  }

  /** Send the goodbye of TLS, if the socket takes it at once. */
  @Override
  public void finish() throws IOException {
    if (!writing.tryLock()) {
      return;
    }
    try {
      engine.closeOutbound();
      ByteBuffer out = encrypted[0].clear();
      engine.wrap(NOTHING, out);
      plain.writeNow(out.flip());
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }
}
