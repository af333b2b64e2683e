package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import nbdj.api.Flags;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;

/** The record of all calls that reach a layer, in the order in which they began. Thread-safe. */
final class Watch {
  /** What a call does. */
  @FunctionalInterface
  interface Body<T> {
    T run(Call call) throws IOException;
  }

  /** What a call does that has no result. */
  @FunctionalInterface
  interface Action {
    void run(Call call) throws IOException;
  }

  /** The callbacks that have an answer worth telling. */
  private static final Set<String> QUESTIONS =
      Set.of(
          "threadModel",
          "size",
          "blockSize",
          "canWrite",
          "canFlush",
          "canTrim",
          "canZero",
          "canFastZero",
          "canExtents",
          "canFua",
          "canMultiConn",
          "canCache",
          "isRotational");

  private final List<Call> calls = new ArrayList<>(); // guarded by itself
  private final AtomicInteger handles = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostInAll = new AtomicInteger();
  private final AtomicInteger mostInOne = new AtomicInteger();
  private volatile Runnable atEntry = () -> {};
  private volatile @Nullable ThreadModel model;

  /** Number a new handle. */
  int newHandle() {
    return handles.incrementAndGet();
  }

  /** Keep the thread model that the layer answered. */
  ThreadModel declared(ThreadModel declared) {
    model = declared;
    return declared;
  }

  /** Get the thread model that the layer answered, {@code null} if it was not asked. */
  @Nullable ThreadModel model() {
    return model;
  }

  /** Set what every data operation runs on its way in. */
  void atEntry(Runnable action) {
    atEntry = action;
  }

  /** Record a server-wide callback. */
  <T> T server(String name, Body<T> body) throws IOException {
    return record(new Call(name, 0, 0, 0, Flags.NONE), body);
  }

  /** Record a callback of a handle that is no data operation. */
  <T> T handle(String name, int handle, Body<T> body) throws IOException {
    return record(new Call(name, handle, 0, 0, Flags.NONE), body);
  }

  /** Record a data operation, and how many run at once in its handle and in all. */
  void data(Call call, AtomicInteger runningInHandle, Action action) throws IOException {
    mostInAll.accumulateAndGet(running.incrementAndGet(), Math::max);
    mostInOne.accumulateAndGet(runningInHandle.incrementAndGet(), Math::max);
    try {
      atEntry.run();
      record(
          call,
          recorded -> {
            action.run(recorded);
            return call;
          });
    } finally {
      runningInHandle.decrementAndGet();
      running.decrementAndGet();
    }
  }

  private <T> T record(Call call, Body<T> body) throws IOException {
    synchronized (calls) {
      calls.add(call);
    }
    try {
      T answer = body.run(call);
      call.answer = answer;
      return answer;
    } catch (IOException | RuntimeException | Error failure) {
      call.failure = failure;
      throw failure;
    } finally {
      call.ended = true;
    }
  }

  /** Get the calls that have not returned yet. */
  List<Call> running() {
    return since(0, call -> !call.ended);
  }

  /** Get what the layer answered about itself, by the names of the questions. */
  SortedMap<String, String> answers() {
    SortedMap<String, String> answers = new TreeMap<>();
    for (Call call : since(0, call -> call.ended && QUESTIONS.contains(call.name))) {
      if (call.answer != null) {
        answers.put(call.name, call.answer.toString());
      }
    }
    return answers;
  }

  /** Get how many calls there have been. */
  int size() {
    synchronized (calls) {
      return calls.size();
    }
  }

  /** Get the calls from a number on that satisfy a condition. */
  List<Call> since(int number, Predicate<Call> condition) {
    synchronized (calls) {
      return calls.subList(number, calls.size()).stream().filter(condition).toList();
    }
  }

  /** Get all calls of a callback. */
  List<Call> of(String name) {
    return since(0, call -> call.name.equals(name));
  }

  /** Get the place of the first call of a callback among all; -1 if there was none. */
  int indexOf(String name) {
    synchronized (calls) {
      for (int i = 0; i < calls.size(); i++) {
        if (calls.get(i).name.equals(name)) {
          return i;
        }
      }
      return -1;
    }
  }

  /** Get the largest number of data operations that ran at once in all handles. */
  int mostInAll() {
    return mostInAll.get();
  }

  /** Get the largest number of data operations that ran at once in one handle. */
  int mostInOne() {
    return mostInOne.get();
  }
}
