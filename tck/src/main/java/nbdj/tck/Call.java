package nbdj.tck;

import java.util.ArrayList;
import java.util.List;
import nbdj.api.Flags;
import org.jspecify.annotations.Nullable;

/**
 * A call that reached a layer.
 *
 * <p>Filled by the thread that calls, and read by others once it has {@linkplain #ended}.
 */
final class Call {
  private static final int FRAMES = 4;

  final String name;

  /** The handle that was called, counted from 1; 0 for a server-wide callback. */
  final int handle;

  final long offset;
  final long count;
  final Flags flags;
  final Thread thread = Thread.currentThread();
  final List<Span> extents = new ArrayList<>();

  /** How many bytes the pieces of a read's answer add up to. */
  long answered;

  /** What the layer answered to a question. */
  @Nullable Object answer;

  /** What the layer threw. */
  @Nullable Throwable failure;

  /** The layer has returned. */
  volatile boolean ended;

  Call(String name, int handle, long offset, long count, Flags flags) {
    this.name = name;
    this.handle = handle;
    this.offset = offset;
    this.count = count;
    this.flags = flags;
  }

  /** Tell where the thread of a call that has not ended is. */
  String whereabouts() {
    return this + " at " + whereabouts(thread);
  }

  /**
   * Tell where a thread is: what it runs, and who of those that are not the JDK's has called it.
   */
  static String whereabouts(Thread thread) {
    List<String> frames = new ArrayList<>();
    for (StackTraceElement frame : thread.getStackTrace()) {
      String type = frame.getClassName();
      if (frames.isEmpty() || (!type.matches("(java|jdk|sun)\\..*") && frames.size() < FRAMES)) {
        frames.add(frame.toString());
      }
    }
    return String.join(" < ", frames);
  }

  @Override
  public String toString() {
    return name
        + (handle == 0 ? "" : " of handle " + handle)
        + (count == 0 ? "" : " of %d bytes at %d".formatted(count, offset))
        + (flags == Flags.NONE ? "" : " with " + flags);
  }
}
