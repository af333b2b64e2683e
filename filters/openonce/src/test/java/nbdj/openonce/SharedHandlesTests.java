package nbdj.openonce;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.Backend;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedHandlesTests {
  private final Backend backend = mock(Backend.class);
  private final SharedHandles handles = new SharedHandles();
  private final CountDownLatch opening = new CountDownLatch(1);
  private final CountDownLatch mayOpen = new CountDownLatch(1);

  @Test
  void slowOpenOfOneExport_anotherExport_isOpenedMeanwhile() throws Exception {
    Next slow = mock(Next.class);
    Next quick = mock(Next.class);
    opensSlowly("slow", slow);
    when(backend.open(false, "quick", true)).thenReturn(quick);

    Task first = Task.start(() -> get("slow"));
    assertTrue(opening.await(10, SECONDS));
    assertSame(quick, get("quick"));

    mayOpen.countDown();
    assertSame(slow, first.result());
  }

  @Test
  void manyClientsOfOneExport_atTheSameTime_openItOnce() throws Exception {
    Next handle = mock(Next.class);
    opensSlowly("disk", handle);

    List<Task> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      clients.add(Task.start(() -> get("disk")));
    }
    assertTrue(opening.await(10, SECONDS));
    clients.get(7).awaitBlockedOrDone();
    mayOpen.countDown();

    for (Task client : clients) {
      assertSame(handle, client.result());
    }
    verify(backend, times(1)).open(false, "disk", true);
    verify(handle, times(1)).prepare();
  }

  @Test
  void openFailsWhileOthersWait_waiters_shareOneNewOpen() throws Exception {
    Next handle = mock(Next.class);
    AtomicInteger opens = new AtomicInteger();
    when(backend.open(false, "disk", true))
        .thenAnswer(call -> {
          if (opens.incrementAndGet() > 1) {
            return handle;
          }
          opening.countDown();
          assertTrue(mayOpen.await(10, SECONDS));
          throw new IOException("not yet");
        });

    Task refused = Task.start(() -> get("disk"));
    assertTrue(opening.await(10, SECONDS));
    List<Task> waiters = List.of(Task.start(() -> get("disk")), Task.start(() -> get("disk")));
    for (Task waiter : waiters) {
      waiter.awaitBlockedOrDone();
    }
    mayOpen.countDown();

    ExecutionException failure = assertThrows(ExecutionException.class, refused::result);
    assertInstanceOf(IOException.class, failure.getCause());
    for (Task waiter : waiters) {
      assertSame(handle, waiter.result());
    }
    assertEquals(2, opens.get());
    handles.close();
    verify(handle, times(1)).close();
  }

  private Next get(String name) throws IOException {
    return handles.get(backend, OpenRequest.of(false, name));
  }

  private void opensSlowly(String name, Next handle) throws IOException {
    when(backend.open(false, name, true))
        .thenAnswer(call -> {
          opening.countDown();
          assertTrue(mayOpen.await(10, SECONDS));
          return handle;
        });
  }

  /** A client on a thread of its own. */
  private record Task(FutureTask<Next> work, Thread thread) {
    static Task start(Callable<Next> open) {
      FutureTask<Next> work = new FutureTask<>(open);
      return new Task(work, Thread.ofPlatform().daemon().start(work));
    }

    Next result() throws Exception {
      return work.get(10, SECONDS);
    }

    /** Wait until the client has come to the lock. */
    void awaitBlockedOrDone() {
      while (!work.isDone() && thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
  }
}
