package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import org.junit.jupiter.api.Test;

class OperationLogTests {
  private final OperationLog log = new OperationLog();

  private LogEntry begin(Operation kind) {
    return log.begin(1, kind, 0, 512, Flags.NONE);
  }

  @Test
  void begunAndEnded_operation_showsBoth() {
    LogEntry entry = begin(Operation.READ);
    assertTrue(log.operations().getFirst().running());
    assertEquals("    1 client 1 READ 512 bytes at 0 ...", log.operations().getFirst().toString());
    entry.end(Optional.of(NbdError.EIO));
    LoggedOperation ended = log.operations().getFirst();
    assertFalse(ended.running());
    assertEquals(Optional.of(NbdError.EIO), ended.error());
    assertEquals("    1 client 1 READ 512 bytes at 0 -> EIO", ended.toString());
  }

  @Test
  void endedInAnotherOrder_operations_standAsTheyBegan() {
    LogEntry read = begin(Operation.READ);
    begin(Operation.WRITE).end(Optional.empty());
    read.end(Optional.empty());
    assertEquals(
        List.of(Operation.READ, Operation.WRITE),
        log.operations().stream().map(LoggedOperation::operation).toList());
  }

  @Test
  void moreThanItKeeps_operations_areTheLastAndAllCount() {
    for (int i = 0; i < OperationLog.MOST + 5; i++) {
      begin(Operation.READ).end(Optional.empty());
    }
    assertEquals(OperationLog.MOST, log.operations().size());
    assertEquals(6, log.operations().getFirst().number());
    assertEquals(OperationLog.MOST + 5, log.count(Operation.READ));
  }

  @Test
  void moreThanItShows_text_isOfTheLastAndTellsHowManyThereWere() {
    for (int i = 0; i < OperationLog.SHOWN + 5; i++) {
      begin(Operation.READ).end(Optional.empty());
    }
    log.note("at the end");
    List<String> lines = log.toString().lines().toList();
    assertEquals("(5 operations before)", lines.getFirst());
    assertTrue(lines.get(1).startsWith("    6 client 1"), lines.get(1));
    assertEquals("      -- at the end", lines.getLast());
    assertEquals(OperationLog.SHOWN + 2, lines.size());
  }

  @Test
  void notes_standWhereTheyBelong() {
    log.note("first");
    begin(Operation.READ).end(Optional.empty());
    log.note("second");
    begin(Operation.FLUSH);
    List<String> lines = log.toString().lines().map(String::strip).toList();
    assertEquals("-- first", lines.get(0));
    assertEquals("-- second", lines.get(2));
    assertEquals(4, lines.size());
  }

  @Test
  void cleared_lateFailures_areNotCounted() {
    LogEntry late = begin(Operation.READ);
    log.clear();
    late.end(Optional.of(NbdError.EIO));
    assertEquals(0, log.failures(Operation.READ));
    assertEquals(0, log.count(Operation.READ));
    assertEquals("", log.toString());
    begin(Operation.READ).end(Optional.of(NbdError.EIO));
    assertEquals(1, log.operations().getFirst().number());
    assertEquals(1, log.failures(Operation.READ));
  }
}
