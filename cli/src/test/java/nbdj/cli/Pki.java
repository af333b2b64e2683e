package nbdj.cli;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority, a server for localhost and a client, made by openssl, in a folder. */
final class Pki {
  private final Path folder;

  private Pki(Path folder) {
    this.folder = folder;
  }

  /** Make a new authority and all that it signs; what is there is replaced. */
  static Pki in(Path folder) throws Exception {
    Files.createDirectories(folder);
    Pki pki = new Pki(folder);
    pki.make("ca", "authority");
    for (String name : List.of("server", "client")) {
      pki.make(
          name,
          "localhost",
          "-CA",
          folder.resolve("ca-cert.pem").toString(),
          "-CAkey",
          folder.resolve("ca-key.pem").toString(),
          "-addext",
          "basicConstraints=CA:false",
          "-addext",
          "subjectAltName=DNS:localhost,IP:127.0.0.1");
    }
    return pki;
  }

  private void make(String name, String subject, String... more) throws Exception {
    List<Object> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes"));
    command.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"));
    command.addAll(List.of("-days", "2", "-subj", "/CN=" + subject));
    command.addAll(List.of("-keyout", folder.resolve(name + "-key.pem")));
    command.addAll(List.of("-out", folder.resolve(name + "-cert.pem")));
    command.addAll(List.of(more));
    Tool.run(command.toArray()).succeeded();
  }

  Path folder() {
    return folder;
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
