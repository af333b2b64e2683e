package nbdj.ext4;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A device in memory that remembers every change and every flush, with what was written, in the one
 * order in which they took place. Safe for use by several threads.
 */
final class RecordingDevice implements BlockDevice {

  private final PagedImage initial;
  private final PagedImage current;
  private final List<Event> events = new ArrayList<>();

  RecordingDevice(PagedImage image) {
    this.initial = image.copy();
    this.current = image.copy();
  }

  /** Note a moment and return its place in the order of events. */
  synchronized int mark() {
    int time = events.size();
    events.add(new Event.Mark(time));
    return time;
  }

  /** Return what has happened so far. */
  synchronized Trace trace() {
    return new Trace(initial.copy(), List.copyOf(events));
  }

  /** Return the content as it would be with all writes done. */
  synchronized PagedImage content() {
    return current.copy();
  }

  @Override
  public long size() {
    return initial.size();
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public synchronized void read(ByteBuffer dst, long offset) {
    current.read(dst, offset);
  }

  @Override
  public synchronized void write(ByteBuffer src, long offset, boolean fua) {
    byte[] bytes = new byte[src.remaining()];
    src.get(bytes);
    change(offset, bytes, fua);
  }

  @Override
  public synchronized void zero(long offset, long length, boolean fua) {
    change(offset, new byte[(int) length], fua);
  }

  private void change(long offset, byte[] bytes, boolean fua) {
    current.put(bytes, 0, bytes.length, offset);
    events.add(new Event.Change(events.size(), offset, bytes, fua));
  }

  @Override
  public synchronized void flush() {
    events.add(new Event.Flush(events.size()));
  }
}
