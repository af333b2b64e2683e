package nbdj.ext4;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A device in memory that keeps a record of what is done to it. For one thread. */
final class MemoryDevice implements BlockDevice {

  /**
   * One call: {@code read}, {@code write}, {@code zero} or {@code flush}, with what it was given.
   */
  record Call(String name, long offset, long length, boolean fua) {}

  private final byte[] bytes;
  private final boolean readOnly;
  private final List<Call> calls = new ArrayList<>();

  /** Calls that may still succeed; then the device fails. */
  private long patience = Long.MAX_VALUE;

  MemoryDevice(byte[] bytes, boolean readOnly) {
    this.bytes = bytes;
    this.readOnly = readOnly;
  }

  /** Let some more calls succeed and no more after them. */
  void failAfter(long calls) {
    patience = calls;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Return the calls since the last time, reads left out, and forget them. */
  List<Call> takeChanges() {
    List<Call> changes = calls.stream().filter(call -> !call.name().equals("read")).toList();
    calls.clear();
    return changes;
  }

  /** Return the reads since the last time, and forget all calls. */
  List<Call> takeReads() {
    List<Call> reads = calls.stream().filter(call -> call.name().equals("read")).toList();
    calls.clear();
    return reads;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public void read(ByteBuffer dst, long offset) throws IOException {
    call("read", offset, dst.remaining(), false);
    if (offset > bytes.length - dst.remaining()) {
      throw new EOFException("read past the end of the device");
    }
    dst.put(bytes, (int) offset, dst.remaining());
  }

  @Override
  public void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    call("write", offset, src.remaining(), fua);
    src.get(bytes, (int) offset, src.remaining());
  }

  @Override
  public void zero(long offset, long length, boolean fua) throws IOException {
    call("zero", offset, length, fua);
    Arrays.fill(bytes, (int) offset, (int) (offset + length), (byte) 0);
  }

  @Override
  public void flush() throws IOException {
    call("flush", 0, 0, false);
  }

  private void call(String name, long offset, long length, boolean fua) throws IOException {
    if (offset < 0 || length < 0) {
      throw new AssertionError("%s of %d bytes at %d".formatted(name, length, offset));
    }
    if (readOnly && !name.equals("read")) {
      throw new AssertionError(name + " of a device that is read-only");
    }
    if (patience-- <= 0) {
      throw new IOException("device failed, as it was told to");
    }
    calls.add(new Call(name, offset, length, fua));
  }
}
