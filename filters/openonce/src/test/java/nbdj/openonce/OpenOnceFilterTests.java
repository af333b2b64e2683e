package nbdj.openonce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.util.ServiceLoader;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

class OpenOnceFilterTests {
  private final Backend backend = mock(Backend.class);
  private final OpenOnceFilter filter = new OpenOnceFilter();

  @Test
  void firstClient_open_opensSharedAndPreparesAndLends() throws IOException {
    Next handle = backendOpens(true, "disk");
    Context context = context();

    assertInstanceOf(PassThrough.class, filter.open(context, request(true, "disk", false)));

    InOrder order = inOrder(backend, handle, context);
    order.verify(backend).open(true, "disk", true);
    order.verify(handle).prepare();
    order.verify(context).setNext(handle);
  }

  @Test
  void secondClient_open_isLentTheSameHandle() throws IOException {
    Next handle = backendOpens(false, "disk");
    Context first = context();
    Context second = context();

    filter.open(first, request(false, "disk", false));
    filter.open(second, request(false, "disk", false));

    verify(backend, times(1)).open(anyBoolean(), anyString(), anyBoolean());
    verify(handle, times(1)).prepare();
    verify(first).setNext(handle);
    verify(second).setNext(handle);
  }

  @Test
  void clientsThatDifferInNameAccessOrEncryption_open_getHandlesOfTheirOwn() throws IOException {
    when(backend.open(anyBoolean(), anyString(), anyBoolean()))
        .thenAnswer(opened -> mock(Next.class));

    filter.open(context(), request(false, "a", false));
    filter.open(context(), request(false, "b", false));
    filter.open(context(), request(true, "a", false));
    filter.open(context(), request(false, "a", true));
    filter.open(context(), request(false, "a", false));

    verify(backend, times(2)).open(false, "a", true);
    verify(backend, times(1)).open(false, "b", true);
    verify(backend, times(1)).open(true, "a", true);
  }

  @Test
  void openFailed_openAgain_triesAgain() throws IOException {
    Next handle = mock(Next.class);
    NbdException refusal = new NbdException(NbdError.EIO, "the disk is not there yet");
    when(backend.open(false, "disk", true)).thenThrow(refusal).thenReturn(handle);
    Context refused = context();
    Context served = context();

    assertSame(
        refusal,
        assertThrows(
            NbdException.class, () -> filter.open(refused, request(false, "disk", false))));
    filter.open(served, request(false, "disk", false));

    verify(refused, never()).setNext(handle);
    verify(served).setNext(handle);
  }

  @Test
  void prepareFailed_open_closesTheHandleAndOpensAnotherNextTime() throws IOException {
    Next unprepared = mock(Next.class);
    Next handle = mock(Next.class);
    when(backend.open(false, "disk", true)).thenReturn(unprepared, handle);
    IOException failure = new IOException("prepare");
    IOException second = new IOException("close");
    doThrow(failure).when(unprepared).prepare();
    doThrow(second).when(unprepared).close();
    Context served = context();

    IOException thrown =
        assertThrows(
            IOException.class, () -> filter.open(context(), request(false, "disk", false)));
    filter.open(served, request(false, "disk", false));

    assertSame(failure, thrown);
    assertEquals(second, thrown.getSuppressed()[0]);
    verify(unprepared).close();
    verify(served).setNext(handle);
  }

  @Test
  void connectionEnds_itsHandleCloses_sharedHandleStaysOpenUntilCleanup() throws IOException {
    Next handle = backendOpens(false, "disk");
    Context context = context();
    var connection = filter.open(context, request(false, "disk", false));

    connection.prepare(context);
    connection.finalize(context);
    connection.close();
    verify(handle, never()).close();

    filter.cleanup(backend);
    verify(handle, times(1)).close();
  }

  @Test
  void closeFails_cleanup_closesTheOthersAndThrowsTheFirstFailure() throws IOException {
    Next first = backendOpens(false, "a");
    Next second = backendOpens(false, "b");
    Next third = backendOpens(false, "c");
    doThrow(new IOException("a")).when(first).close();
    doThrow(new IOException("b")).when(second).close();
    for (String name : new String[] {"a", "b", "c"}) {
      filter.open(context(), request(false, name, false));
    }

    IOException thrown = assertThrows(IOException.class, () -> filter.cleanup(backend));

    assertEquals(1, thrown.getSuppressed().length);
    verify(third).close();
  }

  @Test
  void nothingOpened_cleanup_touchesNothing() throws IOException {
    filter.cleanup(backend);
    verifyNoInteractions(backend);
  }

  @Test
  void anyModelBelow_threadModel_isKept() throws IOException {
    for (ThreadModel model : ThreadModel.values()) {
      assertEquals(model, filter.threadModel(model));
    }
  }

  @Test
  void serviceLoader_filters_findsOpenOnce() {
    assertEquals(
        1,
        ServiceLoader.load(Filter.class).stream()
            .filter(provider -> provider.type() == OpenOnceFilter.class)
            .count());
  }

  private Context context() {
    Context context = mock(Context.class);
    when(context.backend()).thenReturn(backend);
    return context;
  }

  private Next backendOpens(boolean readOnly, String name) throws IOException {
    Next handle = mock(Next.class);
    when(backend.open(readOnly, name, true)).thenReturn(handle);
    return handle;
  }

  private static OpenRequest request(boolean readOnly, String name, boolean tls) {
    return new OpenRequest(readOnly, name, tls, false);
  }
}
