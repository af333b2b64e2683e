package nbdj.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways to control files that there are. */
enum SystemControls implements ControlSource {
  /** By calls of Linux. */
  LINUX {
    @Override
    public FileControl open(Path path, Object key, boolean writable) {
      try {
        return LinuxFileControl.open(path, key, writable);
      } catch (IOException e) {
        LOG.debug("{}: no holes, zeroing or advice: {}", path, e.getMessage());
      } catch (LinkageError e) {
        LOG.debug("{}: no holes, zeroing or advice: no native calls", path, e);
      }
      return PortableFileControl.INSTANCE;
    }

    @Override
    public void load() {
      try {
        SystemCalls.load();
      } catch (LinkageError e) {
        LOG.debug("native calls cannot be made", e);
      }
    }
  },

  /** Not at all. */
  PORTABLE {
    @Override
    public FileControl open(Path path, Object key, boolean writable) {
      return PortableFileControl.INSTANCE;
    }

    @Override
    public void load() {}
  };

  private static final Logger LOG = LoggerFactory.getLogger(SystemControls.class);

  /**
   * Get the best for this system.
   *
   * <p>{@link SystemCalls} is not asked whether it is for this system, because that would
   * initialise it.
   */
  static SystemControls ofThisSystem() {
    return System.getProperty("os.name", "").equals("Linux")
            && Set.of("amd64", "aarch64", "riscv64").contains(System.getProperty("os.arch", ""))
        ? LINUX
        : PORTABLE;
  }

  @Override
  public boolean isNative() {
    return this == LINUX;
  }
}
