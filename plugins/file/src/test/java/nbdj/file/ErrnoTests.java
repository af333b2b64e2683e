package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ErrnoTests {
  private static final Path DISK = Path.of("disk");

  @ParameterizedTest
  @CsvSource({
    "No space left on device, ENOSPC",
    "Disk quota exceeded, ENOSPC",
    "File too large, ENOSPC",
    "Read-only file system, EPERM",
    "Operation not permitted, EPERM",
    "/x: Permission denied, EPERM",
    "Cannot allocate memory, ENOMEM",
    "Input/output error, EIO",
    "something else, EIO",
  })
  void textOfAChannel_becomesItsError(String text, NbdError error) {
    NbdException failure = Errno.failure("write", DISK, new IOException(text));
    assertEquals(error, failure.error());
    assertEquals("cannot write disk: " + text, failure.getMessage());
  }

  @Test
  void exceptionWithoutText_isAnInputOutputError() {
    assertEquals(NbdError.EIO, Errno.failure("write", DISK, new IOException()).error());
  }

  @Test
  void nbdException_keepsItsError() {
    NbdException cause = new NbdException(NbdError.ENOTSUP, "No space left on device");
    assertEquals(NbdError.ENOTSUP, Errno.failure("write", DISK, cause).error());
  }

  @Test
  void numbers_haveTheSystemsTexts() {
    assumeTrue(SystemControls.ofThisSystem().isNative(), "no native calls on this system");
    NbdException failure = Errno.failure("zero", DISK, Errno.ENOSPC);
    assertEquals(NbdError.ENOSPC, failure.error());
    assertEquals("cannot zero disk: " + SystemCalls.strerror(Errno.ENOSPC), failure.getMessage());
    assertEquals(NbdError.EIO, Errno.failure("zero", DISK, 5).error());
    assertEquals(NbdError.EPERM, Errno.failure("zero", DISK, Errno.EROFS).error());
  }
}
