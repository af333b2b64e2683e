package nbdj.ext4;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What was done to a device, in order, over what it held before.
 *
 * <p>A judge must be judged, too: a trace with its order spoilt is what a wrong engine would have
 * left, and must be found bad. The times of events stay what they were.
 *
 * @param initial not to be modified
 */
record Trace(PagedImage initial, List<Event> events) {

  int flushes() {
    return (int) events.stream().filter(Event.Flush.class::isInstance).count();
  }

  /** Return what was left if one of the flushes, counted from 0, had never been asked for. */
  Trace withoutFlush(int number) {
    List<Event> result = new ArrayList<>(events);
    int place = place(number);
    result.set(place, new Event.Mark(result.get(place).time()));
    return new Trace(initial, List.copyOf(result));
  }

  /**
   * Return what was left if changes of a kind had been made only after the flush that follows them.
   *
   * @param number of that flush, counted from 0
   */
  Trace delayed(int number, Predicate<Event.Change> kind) {
    int flush = place(number);
    List<Event> result = new ArrayList<>(events);
    List<Event> late = new ArrayList<>();
    int time = result.get(flush).time();
    for (int i = flush - 1; i >= 0 && !(result.get(i) instanceof Event.Flush); i--) {
      if (result.get(i) instanceof Event.Change change && kind.test(change)) {
        late.addFirst(change.at(time));
        result.set(i, new Event.Mark(change.time()));
      }
    }
    result.addAll(flush + 1, late);
    return new Trace(initial, List.copyOf(result));
  }

  private int place(int number) {
    int seen = 0;
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof Event.Flush && seen++ == number) {
        return i;
      }
    }
    throw new AssertionError("trace has only %d flushes".formatted(seen));
  }
}
