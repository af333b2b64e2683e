package nbdj.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A disk that runs: its plugin, the server of the moment, and the folder of its socket.
 *
 * <p>Used by one thread at a time.
 */
final class Running {
  private final DiskSettings settings;
  private final Faults faults;
  private final OperationLog log;
  private final Path folder;
  private LastingPlugin plugin;

  /** Null after a failure to start it again. */
  private @Nullable DiskServer server;

  /** Start. If it fails nothing is left. */
  Running(DiskSettings settings, Faults faults, OperationLog log) throws IOException {
    this.settings = settings;
    this.faults = faults;
    this.log = log;
    plugin = new LastingPlugin(settings.plugin.get());
    folder =
        Files.createTempDirectory(
            "nbdj-disk",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      server = serve();
    } catch (IOException | RuntimeException | Error e) {
      try {
        stop();
      } catch (IOException | RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private DiskServer serve() throws IOException {
    return new DiskServer(settings, faults, log, plugin, folder.resolve("socket"));
  }

  DiskServer server() {
    DiskServer current = server;
    if (current == null) {
      throw new IllegalStateException("the disk could not be started again, see what failed then");
    }
    return current;
  }

  /** Crash, and start again. */
  Crash crash(Loss loss, long seed) throws IOException {
    DiskServer old = server();
    server = null;
    Crash crash = old.crash(loss, seed);
    log.note(crash.toString());
    server = serve();
    return crash;
  }

  /** Start again with another plugin, and so with the content that a new one has. */
  void renew() throws IOException {
    end();
    plugin = new LastingPlugin(settings.plugin.get());
    server = serve();
  }

  /** End the server and the plugin. */
  private void end() throws IOException {
    DiskServer old = server;
    server = null;
    if (old != null) {
      old.stop();
    }
    plugin.end();
  }

  /** Stop for good. */
  void stop() throws IOException {
    Failures failures = new Failures();
    failures.attempt(this::end);
    failures.attempt(() -> Files.deleteIfExists(folder));
    failures.throwFirst();
  }
}
