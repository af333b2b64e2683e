package nbdj.tck.blackbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.runtime.server.TlsMode;
import nbdj.runtime.transport.TlsCertificates;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * The conformance suite, on our server and, as a check on the suite, on those of others: what these
 * are known to do otherwise stands here with its reason.
 */
class ConformanceTests {

  private static NbdServerBuilder builder() {
    return NbdServer.builder().plugin("packed", new RamPlugin());
  }

  private static NbdServer start(NbdServerBuilder builder) {
    try {
      return builder.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Nested
  class OfNbdj extends ProtocolConformance {
    private static @Nullable NbdServer server;

    @BeforeAll
    static void start() {
      server = ConformanceTests.start(builder());
    }

    @AfterAll
    static void stop() {
      Objects.requireNonNull(server).close();
    }

    @Override
    protected URI uri() {
      return Objects.requireNonNull(server).uri();
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of("no such export");
    }
  }

  @Nested
  class OfNbdjOverTls extends ProtocolConformance {
    @TempDir private static Path folder;
    private static @Nullable NbdServer server;
    private static @Nullable SSLContext context;

    @BeforeAll
    static void start() throws Exception {
      Pki pki = Pki.in(folder);
      context = pki.client();
      TlsCertificates certificates = TlsCertificates.load(folder, false);
      server = ConformanceTests.start(builder().tls(TlsMode.REQUIRE, certificates));
    }

    @AfterAll
    static void stop() {
      if (server != null) {
        server.close();
      }
    }

    @Override
    protected URI uri() {
      return Objects.requireNonNull(server).uri();
    }

    @Override
    protected Optional<SSLContext> tls() {
      return Optional.ofNullable(context);
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of("no such export");
    }
  }

  @Nested
  class OfNbdkit extends ProtocolConformance {
    @TempDir private static Path folder;
    private static @Nullable ForeignServer server;

    @BeforeAll
    static void start() throws Exception {
      Path socket = folder.resolve("socket");
      server =
          new ForeignServer(
              folder, socket, "nbdkit", "-f", "-U", socket.toString(), "memory", "size=1M");
    }

    @AfterAll
    static void stop() {
      if (server != null) {
        server.close();
      }
    }

    @Override
    protected URI uri() {
      return Objects.requireNonNull(server).uri();
    }
  }

  @Nested
  class OfQemuNbd extends ProtocolConformance {
    @TempDir private static Path folder;
    private static @Nullable ForeignServer server;

    @BeforeAll
    static void start() throws Exception {
      Path socket = folder.resolve("socket");
      Path disk = Files.write(folder.resolve("disk"), new byte[1 << 20]);
      server =
          new ForeignServer(
              folder,
              socket,
              "qemu-nbd",
              "-t",
              "-k",
              socket.toString(),
              "-e",
              "8",
              "-f",
              "raw",
              "--discard=unmap",
              disk.toString());
    }

    @AfterAll
    static void stop() {
      if (server != null) {
        server.close();
      }
    }

    @Override
    protected URI uri() {
      return Objects.requireNonNull(server).uri();
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of("no such export");
    }

    @Override
    protected Map<String, String> deviations() {
      return Map.of(
          "magic_wrong_drops",
          "qemu-nbd answers with EINVAL and looks for the next request",
          "write_pastTheEnd_hasNoSpace",
          "qemu-nbd says EINVAL",
          "zeroAndTrim_pastTheEnd_areRefused",
          "qemu-nbd says EINVAL");
    }

    @Override
    protected Map<String, String> unsteady() {
      return Map.of(
          "disconnect_answersAllThenCloses",
          "qemu-nbd drops what is still under way when NBD_CMD_DISC comes");
    }
  }
}
