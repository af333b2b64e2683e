package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeAccessTests {
  @TempDir Path folder;

  /** Also proves that nothing native is touched before it is needed. */
  @Test
  void nativeCallsDenied_everythingIsData() throws Exception {
    Path file = Files.write(folder.resolve("disk"), new byte[1 << 20]);
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String output =
        Places.run(
            java,
            "--illegal-native-access=deny",
            "-cp",
            classPath,
            Denied.class.getName(),
            file.toString());
    assertEquals("served", output.lines().toList().getLast());
  }

  /** What runs in a virtual machine of its own. */
  static final class Denied {
    private Denied() {}

    public static void main(String[] args) throws IOException {
      FilePlugin plugin = new FilePlugin();
      plugin.config("file", args[0]);
      plugin.config("fadvise", "random");
      plugin.configComplete();
      plugin.afterFork();
      PluginHandle handle = plugin.open(OpenRequest.of(false, ""));
      handle.extents(
          0, 1 << 20, Flags.NONE, (offset, count, type) -> require(type == ExtentType.DATA));
      handle.trim(0, 4096, Flags.NONE);
      handle.cache(0, 4096);
      try {
        handle.zero(0, 4096, Flags.NONE);
        require(false);
      } catch (NbdException e) {
        require(e.error() == NbdError.ENOTSUP);
      }
      require(
          Errno.failure("write", Path.of("x"), new IOException("No space left on device")).error()
              == NbdError.ENOSPC);
      handle.close();
      plugin.cleanup();
      System.out.println("served");
    }

    private static void require(boolean holds) {
      if (!holds) {
        throw new AssertionError(Arrays.toString(Thread.currentThread().getStackTrace()));
      }
    }
  }
}
