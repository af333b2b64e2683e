package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.WriteSource;

/**
 * Data operations that must succeed, on one open export.
 *
 * <p>A failure is reported as the rule that the layer broke, found out from what the watch saw of
 * it. As safe for many threads as {@link Next}.
 */
final class Io {
  /** An operation on the export. */
  @FunctionalInterface
  private interface Operation {
    void run() throws IOException;
  }

  private final Next next;
  private final Watch watch;
  private final LongSupplier failuresBelow;

  Io(Next next, Watch watch) {
    this(next, watch, () -> 0);
  }

  private Io(Next next, Watch watch, LongSupplier failuresBelow) {
    this.next = next;
    this.watch = watch;
    this.failuresBelow = failuresBelow;
  }

  /**
   * Get the same export with operations that may fail once the device below has, with {@link
   * FailedBelow}.
   *
   * @param failures counts the failures of the device below
   */
  Io excusedBy(LongSupplier failures) {
    return new Io(next, watch, failures);
  }

  /** Get the handle itself, for questions and for operations that may fail. */
  Next next() {
    return next;
  }

  byte[] pread(long offset, int count) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    attempt("pread of %d bytes at %d".formatted(count, offset), () -> next.pread(buffer, offset));
    byte[] bytes = new byte[count];
    buffer.flip().get(bytes);
    return bytes;
  }

  byte[] pread(Range range) {
    return pread(range.offset(), (int) range.length());
  }

  /** Read into an answer whose bytes are not looked at yet. */
  Answer answer(long offset, int count) {
    Answer answer = new Answer();
    attempt(
        "read of %d bytes at %d".formatted(count, offset), () -> next.read(offset, count, answer));
    return answer;
  }

  byte[] read(long offset, int count) throws IOException {
    return answer(offset, count).bytes();
  }

  void write(byte[] bytes, long offset, Flags flags) {
    write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), offset, flags);
  }

  void write(byte[] bytes, long offset) {
    write(bytes, offset, Flags.NONE);
  }

  void write(ByteBuffer bytes, long offset, Flags flags) {
    attempt(
        "write of %d bytes at %d with %s".formatted(bytes.remaining(), offset, flags),
        () -> next.pwrite(bytes, offset, flags));
  }

  /** Write what a source gives. */
  void write(WriteSource source, long offset, long count, Flags flags) {
    attempt(
        "write of %d bytes at %d with %s".formatted(count, offset, flags),
        () -> next.write(offset, count, source, flags));
  }

  void flush() {
    attempt("flush", next::flush);
  }

  void trim(long offset, long count, Flags flags) {
    attempt(
        "trim of %d bytes at %d with %s".formatted(count, offset, flags),
        () -> next.trim(offset, count, flags));
  }

  void zero(long offset, long count, Flags flags) {
    attempt(
        "zero of %d bytes at %d with %s".formatted(count, offset, flags),
        () -> next.zero(offset, count, flags));
  }

  /** Zero with {@code FAST_ZERO}, and tell whether that was done and not refused for slowness. */
  boolean fastZero(long offset, long count) {
    boolean[] done = {true};
    attempt(
        "fast zero of %d bytes at %d".formatted(count, offset),
        () -> {
          try {
            next.zero(offset, count, Flags.of(Flag.FAST_ZERO));
          } catch (NbdException e) {
            if (e.error() != NbdError.ENOTSUP) {
              throw e;
            }
            done[0] = false;
          }
        },
        "W-8");
    return done[0];
  }

  void cache(long offset, long count) {
    attempt("cache of %d bytes at %d".formatted(count, offset), () -> next.cache(offset, count));
  }

  List<Extent> extents(long offset, long count, Flags flags) {
    List<Extent> extents = new ArrayList<>();
    attempt(
        "extents of %d bytes at %d with %s".formatted(count, offset, flags),
        () ->
            next.extents(
                offset,
                count,
                flags,
                (at, length, type) -> extents.add(new Extent(at, length, type))));
    return extents;
  }

  List<MetaExtent> metaExtents(String context, long offset, long count, Flags flags) {
    List<MetaExtent> extents = new ArrayList<>();
    attempt(
        "metaExtents of %s, %d bytes at %d with %s".formatted(context, count, offset, flags),
        () ->
            next.metaExtents(
                context,
                offset,
                count,
                flags,
                (at, length, status) -> extents.add(new MetaExtent(at, length, status))));
    return extents;
  }

  private void attempt(String operation, Operation body) {
    attempt(operation, body, "C-5");
  }

  /**
   * Do what must succeed.
   *
   * @param rule the rule that a plain failure breaks
   */
  private void attempt(String operation, Operation body, String rule) {
    int before = watch.size();
    try {
      body.run();
    } catch (IOException | RuntimeException failure) {
      Thread self = Thread.currentThread();
      List<Call> calls = watch.since(before, call -> call.thread == self);
      BrokenRule finding = Finding.of(operation, calls, sizeOf(next), rule, failure);
      if (finding.rule().equals(rule) && failuresBelow.getAsLong() > 0) {
        throw new FailedBelow(failure);
      }
      throw finding;
    }
  }

  private static long sizeOf(Next next) {
    try {
      return next.size();
    } catch (IOException e) {
      throw new BrokenRule("C-1", "size failed: " + e.getMessage(), e);
    }
  }
}
