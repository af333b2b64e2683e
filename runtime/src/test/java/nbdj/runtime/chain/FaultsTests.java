package nbdj.runtime.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import java.util.List;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What the log says of a layer's faults: rules. */
class FaultsTests {
  @Test
  void fault_ofOneKind_isLoggedOnceAsAnError() {
    Logger log = mock(Logger.class);
    Faults faults = new Faults("memory", log);
    IllegalStateException thrown = new IllegalStateException("broken");
    for (int i = 0; i < 3; i++) {
      faults.contain("pread", thrown);
    }
    Object[] first = {"memory", "pread", "java.lang.IllegalStateException: broken", thrown};
    verify(log, times(1)).error("{}: {} threw {} (rule X-3)", first);
    verify(log, times(2)).debug("{}: {} threw {} (rule X-3)", first);
    faults.contain("pwrite", thrown);
    verify(log, times(1))
        .error(
            "{}: {} threw {} (rule X-3)",
            new Object[] {"memory", "pwrite", "java.lang.IllegalStateException: broken", thrown});
  }

  @Test
  void failureWithAnError_isNotLogged() {
    Logger log = mock(Logger.class);
    new Faults("memory", log).contain("pwrite", new NbdException(NbdError.ENOSPC, "full"));
    verify(log, never()).error(anyString(), any(Object[].class));
    verify(log, never()).warn(anyString(), any(Object[].class));
  }

  @Test
  void violation_ofOneRule_isLoggedOnceWithItsNumber() {
    Logger log = mock(Logger.class);
    Faults faults = new Faults("memory", log);
    faults.violation("R-2", "short");
    faults.violation("R-2", "short");
    Object[] said = {"memory", "short", "R-2"};
    verify(log, times(1)).error("{}: {} (rule {})", said);
    verify(log, times(1)).debug("{}: {} (rule {})", said);
  }

  @Test
  void fault_whenNotEvenTheLogWorks_stillFailsTheRequest() {
    Logger log = mock(Logger.class);
    OutOfMemoryError nothingLeft = new OutOfMemoryError("for the log");
    doThrow(nothingLeft).when(log).error(anyString(), any(Object[].class));
    NbdException seen = new Faults("memory", log).contain("pread", new OutOfMemoryError("first"));
    assertEquals(NbdError.EIO, seen.error());
    assertEquals(List.of(nothingLeft), List.of(seen.getSuppressed()));
  }
}
