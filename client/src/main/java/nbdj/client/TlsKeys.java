package nbdj.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Reads the certificates and the key of a client from a folder. */
final class TlsKeys {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]*)-----END");

  private static final char[] NO_PASSWORD = {};

  private TlsKeys() {}

  /**
   * Make a context of the files {@code ca-cert.pem} and, if they are there, {@code client-cert.pem}
   * and {@code client-key.pem}, the key as PKCS#8 writes it.
   */
  static SSLContext read(Path folder) throws NbdDisconnectedException {
    try {
      KeyStore trusted = emptyStore();
      for (Certificate authority : certificates(folder.resolve("ca-cert.pem"))) {
        trusted.setCertificateEntry("authority-" + trusted.size(), authority);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own(folder), trust.getTrustManagers(), null);
      return context;
    } catch (NoSuchFileException e) {
      throw new NbdDisconnectedException(e.getFile() + ": there is no such file", e);
    } catch (IOException | GeneralSecurityException e) {
      throw new NbdDisconnectedException(
          "%s: cannot be used for TLS: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static KeyManager @Nullable [] own(Path folder)
      throws IOException, GeneralSecurityException {
    Path certificateFile = folder.resolve("client-cert.pem");
    if (!Files.exists(certificateFile)) {
      return null;
    }
    Certificate[] chain = certificates(certificateFile).toArray(Certificate[]::new);
    KeyStore own = emptyStore();
    PrivateKey key = key(folder.resolve("client-key.pem"), chain[0].getPublicKey().getAlgorithm());
    own.setKeyEntry("client", key, NO_PASSWORD, chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, NO_PASSWORD);
    return keys.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new IOException(file.getFileName() + " holds no certificate");
      }
      return found;
    }
  }

  private static PrivateKey key(Path file, String algorithm)
      throws IOException, GeneralSecurityException {
    Matcher key = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!key.find() || !key.group(1).equals("PRIVATE KEY")) {
      throw new IOException(
          file.getFileName()
              + " holds no plain private key as PKCS#8 writes it (openssl pkcs8 -topk8 -nocrypt)");
    }
    byte[] bytes = Base64.getMimeDecoder().decode(key.group(2));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
  }
}
