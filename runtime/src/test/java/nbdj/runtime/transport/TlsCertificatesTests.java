package nbdj.runtime.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import nbdj.runtime.testing.TestPki;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The folder of keys and certificates: every form is read, and what is wrong gets a sentence. */
@Timeout(60)
class TlsCertificatesTests {
  private static final StandardCopyOption REPLACE = StandardCopyOption.REPLACE_EXISTING;

  @TempDir private Path folder;

  private void assertLoads(boolean verifyPeer) throws IOException {
    TlsCertificates certificates = TlsCertificates.load(folder, verifyPeer);
    assertEquals(verifyPeer, certificates.newEngine().getNeedClientAuth());
  }

  private String refusal(boolean verifyPeer) {
    return String.valueOf(
        assertThrows(IOException.class, () -> TlsCertificates.load(folder, verifyPeer))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa:2048", "ed25519"})
  void keysOfOtherKinds_areRead(String kind) throws Exception {
    TestPki.in(folder).sign("server", "/CN=localhost", 2, "-newkey", kind);
    assertLoads(false);
  }

  @Test
  void keysInOlderForms_areRead() throws Exception {
    TestPki pki = TestPki.in(folder);
    pki.openssl("ec", "-in", "server-key.pem").run("-out", "old.pem");
    assertTrue(Files.readString(folder.resolve("old.pem")).contains("EC PRIVATE KEY"));
    Files.move(folder.resolve("old.pem"), folder.resolve("server-key.pem"), REPLACE);
    assertLoads(false);
    for (int bits : new int[] {1024, 2048, 4096}) {
      pki.sign("server", "/CN=localhost", 2, "-newkey", "rsa:" + bits);
      pki.openssl("rsa", "-traditional", "-in", "server-key.pem").run("-out", "old.pem");
      assertTrue(Files.readString(folder.resolve("old.pem")).contains("RSA PRIVATE KEY"));
      Files.move(folder.resolve("old.pem"), folder.resolve("server-key.pem"), REPLACE);
      assertLoads(false);
    }
  }

  @Test
  void authorities_areReadOnlyWhereClientsAreVerified() throws Exception {
    TestPki.in(folder);
    assertLoads(true);
    Files.delete(folder.resolve("ca-cert.pem"));
    assertLoads(false);
    assertEquals(folder.resolve("ca-cert.pem") + ": there is no such file", refusal(true));
  }

  @Test
  void whatIsWrong_isSaidWithTheFile() throws Exception {
    TestPki pki = TestPki.in(folder);
    Path key = folder.resolve("server-key.pem");
    byte[] good = Files.readAllBytes(key);
    Files.copy(folder.resolve("client-key.pem"), key, REPLACE);
    assertTrue(refusal(false).startsWith(key + ": not the key of the certificate in "));
    Files.writeString(key, "nothing");
    assertEquals(key + ": holds no private key in PEM form", refusal(false));
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertTrue(refusal(false).startsWith(key + ": not a private key of the kind EC"));
    Files.writeString(key, "-----BEGIN EC PRIVATE KEY-----\nMP8=\n-----END EC PRIVATE KEY-----\n");
    assertTrue(refusal(false).startsWith(key + ": the key does not name its curve"));
    Files.write(key, good);
    pki.openssl("pkcs8", "-topk8", "-in", "server-key.pem", "-passout", "pass:x")
        .run("-out", "locked.pem");
    Files.move(folder.resolve("locked.pem"), key, REPLACE);
    assertTrue(refusal(false).startsWith(key + ": the key is encrypted"));
    Files.delete(key);
    assertEquals(key + ": there is no such file", refusal(false));
    Path certificate = folder.resolve("server-cert.pem");
    Files.writeString(
        certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertTrue(refusal(false).startsWith(certificate + ": not a certificate"));
    Files.writeString(certificate, "");
    assertEquals(certificate + ": holds no certificate in PEM form", refusal(false));
  }
}
