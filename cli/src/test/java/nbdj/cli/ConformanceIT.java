package nbdj.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import nbdj.tck.blackbox.ProtocolConformance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command and its layers, put to the conformance suite. */
final class ConformanceIT {
  /** One running server for all tests of a class. */
  abstract static class OfCommand extends ProtocolConformance {
    static @Nullable ServingProcess server;

    @AfterAll
    static void stop() throws IOException {
      if (server != null) {
        server.close();
        server = null;
      }
    }

    @Override
    protected URI uri() {
      return URI.create(Objects.requireNonNull(server).uri());
    }
  }

  @Nested
  final class OfMemory extends OfCommand {
    @BeforeAll
    static void start() throws Exception {
      server = ServingProcess.start("memory", "1M");
    }
  }

  @Nested
  final class OfMemoryOverTls extends OfCommand {
    @TempDir private static Path folder;
    private static @Nullable SSLContext context;

    @BeforeAll
    static void start() throws Exception {
      context = Pki.in(folder.resolve("pki")).client();
      server =
          ServingProcess.startAt(
              "memory", "1M", "-p", 0, "--tls=require", "--tls-certificates", folder + "/pki");
    }

    @Override
    protected Optional<SSLContext> tls() {
      return Optional.ofNullable(context);
    }
  }

  @Nested
  final class OfFile extends OfCommand {
    @TempDir private static Path folder;

    @BeforeAll
    static void start() throws Exception {
      Path disk = folder.resolve("disk");
      try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
        file.setLength(1 << 20);
      }
      server = ServingProcess.start("file", disk);
    }
  }

  @Nested
  final class OfExt2 extends OfCommand {
    @TempDir private static Path folder;

    @BeforeAll
    static void start() throws Exception {
      Path image =
          new Ext4Image(folder).withSparse("file", 1 << 20, 7, Map.of(0L, 1 << 20)).make("16M");
      server = ServingProcess.start("--filter", "ext2", "file", image, "ext2file=/file");
    }
  }
}
