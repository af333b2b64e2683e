package nbdj.tck.blackbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority and a server for localhost, made by openssl, in a folder. */
final class Pki {
  private final Path folder;

  private Pki(Path folder) {
    this.folder = folder;
  }

  static Pki in(Path folder) throws Exception {
    Pki pki = new Pki(folder);
    pki.openssl("-subj /CN=authority -keyout ca-key.pem -out ca-cert.pem");
    pki.openssl(
        "-CA ca-cert.pem -CAkey ca-key.pem -subj /CN=localhost -addext basicConstraints=CA:false"
            + " -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
            + " -keyout server-key.pem -out server-cert.pem");
    return pki;
  }

  private void openssl(String words) throws Exception {
    Path program = Path.of("/usr/bin/openssl");
    assumeTrue(Files.isExecutable(program), "openssl is not installed");
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "req", "-x509", "-nodes", "-days", "2"));
    command.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"));
    command.addAll(List.of(words.split(" ", -1)));
    Path output = folder.resolve("openssl.out");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(Files.readString(output));
    }
  }

  /** Make the context of a client that believes the authority. */
  SSLContext client() throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(folder.resolve("ca-cert.pem"))) {
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
