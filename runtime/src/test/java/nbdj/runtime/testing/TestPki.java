package nbdj.runtime.testing;

import static nbdj.runtime.testing.RealClient.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority and what it has signed, made by openssl: folders with the names that servers and
 * clients look for. A test is skipped where there is no openssl.
 */
public final class TestPki {
  private static final char[] NO_PASSWORD = {};

  private final Path folder;

  private TestPki(Path folder) {
    this.folder = folder;
  }

  /** Make an authority, a server for localhost and a client, all with keys of elliptic curves. */
  public static TestPki in(Path folder) throws Exception {
    Files.createDirectories(folder);
    TestPki pki = new TestPki(folder);
    pki.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        .run(
            "-keyout", "ca-key.pem", "-out", "ca-cert.pem", "-subj", "/CN=authority", "-days", "2");
    pki.sign("server", "/CN=localhost", 2);
    pki.sign("client", "/O=nbdj/CN=alice", 2);
    return pki;
  }

  /** Get the folder. */
  public Path folder() {
    return folder;
  }

  /** Sign a certificate of this name, whose files are NAME-cert.pem and NAME-key.pem. */
  public TestPki sign(String name, String subject, int days, String... keyOptions)
      throws Exception {
    String[] kind =
        keyOptions.length > 0
            ? keyOptions
            : new String[] {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"};
    openssl("req", "-nodes", "-subj", subject, "-keyout", name + "-key.pem")
        .run(append(kind, "-out", name + ".csr"));
    Path extensions = folder.resolve(name + ".ext");
    Files.writeString(
        extensions, "basicConstraints=CA:false\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n");
    openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca-cert.pem", "-CAkey", "ca-key.pem")
        .run(
            "-days",
            String.valueOf(days),
            "-extfile",
            extensions.toString(),
            "-out",
            name + "-cert.pem");
    return this;
  }

  /** Make a signed certificate the one that clients use. */
  public void useAsClient(String name) throws IOException {
    for (String part : new String[] {"-cert.pem", "-key.pem"}) {
      Files.copy(
          folder.resolve(name + part),
          folder.resolve("client" + part),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Revoke a certificate. */
  public void revoke(String name) throws Exception {
    Files.writeString(
        folder.resolve("ca.conf"),
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=2\n");
    Files.writeString(folder.resolve("index.txt"), "");
    Command ca =
        openssl("ca", "-config", "ca.conf", "-cert", "ca-cert.pem", "-keyfile", "ca-key.pem");
    ca.run("-revoke", name + "-cert.pem");
    ca.run("-gencrl", "-out", "ca-crl.pem");
  }

  /** Run openssl in the folder. */
  public Command openssl(String... first) {
    return rest -> run(folder, "openssl", append(first, rest)).checked();
  }

  /** A command whose last words are still to come. */
  @FunctionalInterface
  public interface Command {
    String run(String... rest) throws Exception;
  }

  private static String[] append(String[] first, String... rest) {
    String[] all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }

  /** Make the context of a client that trusts this authority and shows no certificate. */
  public SSLContext client() throws Exception {
    return context();
  }

  /**
   * Make the context of a client that trusts this authority and shows the certificate of a name.
   */
  public SSLContext client(String name) throws Exception {
    KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
    own.load(null, NO_PASSWORD);
    own.setKeyEntry(
        name,
        key(folder.resolve(name + "-key.pem")),
        NO_PASSWORD,
        new Certificate[] {certificate(folder.resolve(name + "-cert.pem"))});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, NO_PASSWORD);
    return context(keys.getKeyManagers());
  }

  private SSLContext context(KeyManager... keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, NO_PASSWORD);
    trusted.setCertificateEntry("authority", certificate(folder.resolve("ca-cert.pem")));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    return context;
  }

  private static PrivateKey key(Path file) throws Exception {
    String text = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
  }

  private static Certificate certificate(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
