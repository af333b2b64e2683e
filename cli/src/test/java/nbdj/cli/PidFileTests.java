package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PidFileTests {
  @TempDir Path folder;

  @Test
  void file_holdsTheProcessIdUntilItIsClosed() throws IOException {
    Path path = Files.writeString(folder.resolve("pid"), "of an earlier server");
    try (PidFile file = new PidFile(Optional.of(path))) {
      file.write();
      assertEquals(ProcessHandle.current().pid() + "\n", Files.readString(path), file::toString);
      assertEquals(List.of(path), contents());
    }
    assertEquals(List.of(), contents());
  }

  @Test
  void close_leavesTheFileOfAnotherProcess() throws IOException {
    Path path = folder.resolve("pid");
    PidFile file = new PidFile(Optional.of(path));
    file.write();
    Files.writeString(path, "1\n");
    file.close();
    assertEquals("1\n", Files.readString(path));
  }

  @Test
  void close_findsTheFileGone_andIsContent() throws IOException {
    Path path = folder.resolve("pid");
    PidFile file = new PidFile(Optional.of(path));
    file.write();
    Files.delete(path);
    file.close();
    assertFalse(Files.exists(path));
  }

  @Test
  void close_withoutWrite_leavesWhatIsThere() throws IOException {
    Path path = Files.writeString(folder.resolve("pid"), ProcessHandle.current().pid() + "\n");
    new PidFile(Optional.of(path)).close();
    assertEquals(List.of(path), contents());
  }

  @Test
  void write_whereNoFileCanBe_saysSoAndLeavesNothing() throws IOException {
    Path path = folder.resolve("pid");
    Files.createDirectories(path.resolve("full"));
    String message =
        String.valueOf(
            assertThrows(IOException.class, new PidFile(Optional.of(path))::write).getMessage());
    assertTrue(message.startsWith("cannot write the pid file: " + path), message);
    assertEquals(List.of(path), contents());
  }

  private List<Path> contents() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.toList();
    }
  }
}
