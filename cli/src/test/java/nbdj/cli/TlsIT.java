package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import nbdj.client.NbdDisconnectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command's TLS options, with libnbd as the client. */
@Timeout(180)
final class TlsIT {
  @TempDir Path folder;

  private static String with(String uri, Path certificates) {
    return uri + (uri.contains("?") ? "&" : "?") + "tls-certificates=" + certificates;
  }

  @Test
  void required_uriIsOfTls_andPlainTextIsRefused() throws Exception {
    Pki pki = Pki.in(folder.resolve("pki"));
    try (ServingProcess server =
        ServingProcess.startAt(
            "memory", "1M", "-p", 0, "--tls=require", "--tls-certificates", pki.folder())) {
      String uri = server.uri().replace("127.0.0.1", "localhost");
      assertTrue(uri.startsWith("nbds://"), uri);
      String told = Tool.run("nbdinfo", with(uri, pki.folder())).succeeded().out();
      assertTrue(told.contains("TLS"), told);
      Outcome plain = Tool.run("nbdinfo", uri.replace("nbds:", "nbd:"));
      assertNotEquals(0, plain.status(), plain::toString);
      server.stop();
    }
  }

  @Test
  void verifyPeer_letsInWhoHasACertificate() throws Exception {
    Pki pki = Pki.in(folder.resolve("pki"));
    Path anonymous = Files.createDirectory(folder.resolve("anonymous"));
    Files.copy(pki.folder().resolve("ca-cert.pem"), anonymous.resolve("ca-cert.pem"));
    try (ServingProcess server =
        ServingProcess.start(
            "memory",
            "1M",
            "--tls=require",
            "--tls-verify-peer",
            "--tls-certificates",
            pki.folder())) {
      Tool.run("nbdinfo", "--size", with(server.uri(), pki.folder())).succeeded();
      Outcome stranger = Tool.run("nbdinfo", "--size", with(server.uri(), anonymous));
      assertNotEquals(0, stranger.status(), stranger::toString);
      server.stop();
    }
  }

  @Test
  void hangUpSignal_readsTheCertificatesAgain() throws Exception {
    Path shown = folder.resolve("pki");
    Pki.in(shown);
    try (ServingProcess server =
        ServingProcess.start("memory", "1M", "--tls=on", "--tls-certificates", shown)) {
      // Not libnbd: that of Debian 12 does not look at the server's certificate.
      URI uri = URI.create(with(server.uri().replace("nbd+unix", "nbds+unix"), shown));
      assertTrue(isBelieved(uri));
      Pki.in(shown);
      assertFalse(isBelieved(uri));
      server.signal("HUP");
      // The signal is dealt with by another thread: ask until it has been.
      long end = System.nanoTime() + Tool.PATIENCE_SECONDS * 1_000_000_000L;
      while (!isBelieved(uri)) {
        assertTrue(System.nanoTime() < end, "the certificates were not read again");
      }
      server.stop();
    }
  }

  private static boolean isBelieved(URI uri) throws NbdClientException {
    try (NbdClient client = NbdClient.connect(uri)) {
      return client.size() == 1 << 20;
    } catch (NbdDisconnectedException e) {
      return false;
    }
  }

  @Test
  void missingFiles_areSaidInOneSentence() throws Exception {
    Tool.nbdj("memory", "1M", "-U", "-", "--tls=require", "--tls-certificates", folder)
        .refused(1, folder.resolve("server-cert.pem") + ": there is no such file");
    Outcome outcome = Tool.nbdj("memory", "1M", "-U", "-", "--tls=on", "--tls-psk=keys").ended(2);
    assertTrue(outcome.err().startsWith("nbdj: --tls-psk: keys shared beforehand"));
    assertEquals("", outcome.out());
  }
}
