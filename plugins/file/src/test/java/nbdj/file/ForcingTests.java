package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a file is forced, which shows where that fails and nothing else does. */
class ForcingTests {
  private static final Flags FUA = Flags.of(Flag.FUA);
  private static final Flags FUA_AND_MAY_TRIM = Flags.of(Flag.FUA, Flag.MAY_TRIM);

  @TempDir Path folder;

  @Test
  void nothingCanBeForced_flush_fails() throws IOException {
    try (OpenFile file = file()) {
      FileHandle handle = handle(file);
      assertThrows(NbdException.class, handle::flush);
    }
  }

  @Test
  void nothingCanBeForced_trimAndZeroWithFua_fail() throws IOException {
    try (OpenFile file = file()) {
      FileHandle handle = handle(file);
      handle.trim(0, 4096, Flags.NONE);
      handle.zero(0, 4096, Flags.of(Flag.MAY_TRIM));
      assertThrows(NbdException.class, () -> handle.trim(0, 4096, FUA));
      assertThrows(NbdException.class, () -> handle.zero(0, 4096, FUA_AND_MAY_TRIM));
    }
  }

  /** Open a file whose holes are made by something that needs no channel. */
  private OpenFile file() throws IOException {
    FileControl control = mock(FileControl.class);
    when(control.punch(0, 4096)).thenReturn(true);
    Path path = Files.write(folder.resolve("disk.img"), new byte[8192]);
    return OpenFile.open(path.toRealPath(), false, Fakes.of(control));
  }

  /** Make a handle, and close the channel behind its back. */
  private static FileHandle handle(OpenFile file) throws IOException {
    FileHandle handle = new FileHandle(file, false, true);
    file.channel().close();
    return handle;
  }
}
