package nbdj.runtime.protocol;

import java.nio.ByteBuffer;

/** A direct buffer on loan from {@link Buffers}, to be given back once. */
final class Loan implements AutoCloseable {
  private final Buffers owner;
  private final ByteBuffer bytes;

  Loan(Buffers owner, ByteBuffer bytes) {
    this.owner = owner;
    this.bytes = bytes;
  }

  /** Get the buffer: its capacity is at least what was asked for, its content anything. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** Give the buffer back. Nobody may use it afterwards. */
  @Override
  public void close() {
    owner.takeBack(this);
  }
}
