package nbdj.runtime.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.runtime.chain.CountedSource;
import nbdj.runtime.transport.Splice;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a long write, received by the layer that writes it. Reused from request to
 * request; the thread that performs the request is the reader of its connection meanwhile.
 */
final class PayloadSource extends CountedSource {
  /** How much is received at once on its way into a file: as much as stays in a near cache. */
  private static final int STEP = 128 << 10;

  private final Input input;
  private final Buffers buffers;
  private final Transfers transfers;
  private final Runnable step;
  private final int header;

  /** How many bytes of the payload have not been received. */
  private long left;

  /** How many bytes have come since the last step. */
  private long sinceStep;

  /** How long bytes were received, in nanoseconds: time of the client's, not of the layer's. */
  private long waited;

  /** How many bytes were received in memory of the layer's. */
  private long intoMemory;

  /** How many bytes went into a file by a pipe. */
  private long intoFile;

  /** Why no more can be received. */
  private @Nullable IOException broken;

  /** The buffer that holds what was received last, if it is the server's. */
  private @Nullable Loan loan;

  /**
   * Make a source.
   *
   * @param header how many bytes of the next request may be received with the last of the payload
   */
  PayloadSource(Input input, Buffers buffers, Transfers transfers, int header) {
    this.input = input;
    this.buffers = buffers;
    this.transfers = transfers;
    this.step = transfers::step;
    this.header = header;
  }

  /** Begin with the payload that comes next. */
  void begin(long count) {
    taken = 0;
    left = count;
    sinceStep = 0;
    intoMemory = 0;
    intoFile = 0;
    waited = 0;
    broken = null;
    transfers.begin();
  }

  /**
   * Receive what the layer left and forget it, for it failed.
   *
   * @throws IOException if the client went away in the middle of the payload
   */
  void finish() throws IOException {
    try {
      if (loan != null) {
        loan.close();
        loan = null;
      }
      if (broken != null) {
        throw broken;
      }
      while (left > 0) {
        int part = (int) Math.min(left, Transfers.STEP);
        input.skip(part);
        received(part);
      }
    } finally {
      transfers.end();
    }
  }

  /** Note that some of the payload has come. */
  private void received(int count) {
    left -= count;
    sinceStep += count;
    if (sinceStep >= Transfers.STEP) {
      sinceStep = 0;
      transfers.step();
    }
  }

  /** Get how long bytes were received, in nanoseconds. */
  long waited() {
    return waited;
  }

  /** Get how many bytes were received in memory of the layer's. */
  long intoMemory() {
    return intoMemory;
  }

  /** Get how many bytes went into a file without passing through the server. */
  long intoFile() {
    return intoFile;
  }

  @Override
  public void bytes(ByteBuffer target) throws IOException {
    int count = target.remaining();
    take(count);
    receive(target);
    intoMemory += count;
  }

  @Override
  public ByteBuffer buffer(int count) throws IOException {
    take(count);
    if (loan != null) {
      loan.close();
      loan = null;
    }
    Loan next = buffers.lend(count);
    loan = next;
    ByteBuffer bytes = next.bytes().slice(0, count);
    receive(bytes);
    return bytes.flip().asReadOnlyBuffer();
  }

  @Override
  public void file(FileChannel channel, long position, long count) throws IOException {
    take(count);
    long done = copyBuffered(channel, position, count);
    Splice splice = done < count ? input.splice() : null;
    if (splice != null) {
      done += splice(splice, channel, position + done, count - done);
    }
    if (done < count) {
      copy(channel, position + done, count - done);
    }
  }

  /** Write what was received with the header. */
  private long copyBuffered(FileChannel channel, long position, long count) throws IOException {
    int part = (int) Math.min(count, input.available());
    ByteBuffer bytes = input.bytes().slice(input.bytes().position(), part);
    input.bytes().position(input.bytes().position() + part);
    received(part);
    write(bytes, channel, position);
    return part;
  }

  /** Receive bytes through the pipe; how many, which may be fewer if the socket does not allow. */
  private long splice(Splice splice, FileChannel channel, long position, long count)
      throws IOException {
    long done = 0;
    while (done < count) {
      int got = receive(splice, (int) (count - done));
      if (got < 0) {
        break;
      }
      try {
        splice.write(channel, position + done, got);
      } catch (RuntimeException | Error e) {
        // Nobody knows what is left in the pipe.
        broken = new IOException("what was received is lost", e);
        throw e;
      }
      done += got;
    }
    intoFile += done;
    return done;
  }

  private int receive(Splice splice, int count) throws NbdException {
    long began = System.nanoTime();
    try {
      int got = splice.receive(count);
      if (got == 0) {
        throw new EOFException("the client hung up in the middle of a payload");
      }
      received(Math.max(0, got));
      return got;
    } catch (IOException e) {
      broken = e;
      throw gone(e);
    } finally {
      waited += System.nanoTime() - began;
    }
  }

  private void copy(FileChannel channel, long position, long count) throws IOException {
    try (Loan held = buffers.lend((int) Math.min(count, STEP))) {
      for (long done = 0; done < count; ) {
        int part = (int) Math.min(count - done, STEP);
        ByteBuffer bytes = held.bytes().slice(0, part);
        receive(bytes);
        write(bytes.flip(), channel, position + done);
        done += part;
      }
    }
  }

  private static void write(ByteBuffer bytes, FileChannel channel, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  private void take(long count) throws NbdException {
    if (broken != null) {
      throw gone(broken);
    }
    if (count < 0 || count > left) {
      throw new NbdException(
          NbdError.EIO,
          "write took a piece of %d bytes where %d were left (rule S-1)".formatted(count, left));
    }
    taken += count;
  }

  private void receive(ByteBuffer target) throws NbdException {
    int count = target.remaining();
    long began = System.nanoTime();
    try {
      input.readFully(target, count == left ? header : 0, step);
      received(count);
    } catch (IOException e) {
      broken = e;
      throw gone(e);
    } finally {
      waited += System.nanoTime() - began;
    }
  }

  private static NbdException gone(IOException cause) {
    return new NbdException(NbdError.EIO, "the client went away in the middle of a write", cause);
  }
}
