package nbdj.runtime.server;

import static nbdj.runtime.testing.RealClient.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import nbdj.runtime.testing.RealClient.Result;
import nbdj.runtime.testing.TestPki;
import nbdj.runtime.transport.TlsCertificates;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of others over TLS: libnbd with GnuTLS, qemu, and openssl without any NBD. */
@Timeout(180)
class TlsClientsTests {
  private static final int SIZE = 16 << 20;

  @TempDir private static Path folder;
  private static TestPki pki;
  private static Path anonymous;

  private final RamPlugin plugin = new RamPlugin(SIZE);

  @BeforeAll
  static void makeCertificates() throws Exception {
    pki = TestPki.in(folder.resolve("pki"));
    anonymous = Files.createDirectory(folder.resolve("anonymous"));
    Files.copy(pki.folder().resolve("ca-cert.pem"), anonymous.resolve("ca-cert.pem"));
  }

  private NbdServer serve(boolean verifyPeer) throws IOException {
    return NbdServer.builder()
        .plugin("ram", plugin)
        .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .tls(TlsMode.REQUIRE, TlsCertificates.load(pki.folder(), verifyPeer))
        .start();
  }

  private static int port(NbdServer server) {
    return ((InetSocketAddress) server.address()).getPort();
  }

  private static String uri(NbdServer server, Path certificates) {
    return "nbds://localhost:%d/?tls-certificates=%s".formatted(port(server), certificates);
  }

  @Test
  void nbdinfo_seesTheExportOverTls() throws Exception {
    try (NbdServer server = serve(false)) {
      String told = run(folder, "nbdinfo", uri(server, anonymous)).checked();
      assertTrue(told.contains("protocol: newstyle-fixed with TLS"), told);
      assertTrue(told.contains("export-size: 16777216"), told);
    }
  }

  @Test
  void nbdinfo_withoutTls_isRefused() throws Exception {
    try (NbdServer server = serve(false)) {
      Result result = run(folder, "nbdinfo", "nbd://localhost:%d/".formatted(port(server)));
      assertNotEquals(0, result.exit());
    }
    assertEquals(0, plugin.opens.get());
  }

  @Test
  void nbdcopy_withACertificate_copiesBothWays() throws Exception {
    byte[] content = new byte[SIZE];
    new Random(5).nextBytes(content);
    Path source = Files.write(folder.resolve("source"), content);
    Path copy = folder.resolve("copy");
    try (NbdServer server = serve(true)) {
      String uri = uri(server, pki.folder());
      run(folder, "nbdcopy", source.toString(), uri).checked();
      run(folder, "nbdcopy", uri, copy.toString()).checked();
      Result without = run(folder, "nbdinfo", uri(server, anonymous));
      assertNotEquals(0, without.exit());
    }
    assertArrayEquals(content, Files.readAllBytes(copy));
  }

  @Test
  void qemuImg_comparesOverTls() throws Exception {
    byte[] content = new byte[SIZE];
    Path zeroes = Files.write(folder.resolve("zeroes"), content);
    try (NbdServer server = serve(true)) {
      String same =
          run(
                  folder,
                  "qemu-img",
                  "compare",
                  "--object",
                  "tls-creds-x509,id=tls,endpoint=client,dir=" + pki.folder(),
                  "--image-opts",
                  "driver=nbd,host=localhost,tls-creds=tls,port=" + port(server),
                  "driver=raw,file.driver=file,file.filename=" + zeroes)
              .checked();
      assertTrue(same.contains("identical"), same);
    }
  }

  /** It speaks TLS from the first byte, which is no greeting of NBD's. */
  @Test
  void opensslClient_withoutNbd_isDropped() throws Exception {
    try (NbdServer server = serve(false)) {
      Result result =
          run(folder, "openssl", "s_client", "-connect", "localhost:" + port(server), "-brief");
      assertNotEquals(0, result.exit());
    }
    assertEquals(0, plugin.opens.get());
  }
}
