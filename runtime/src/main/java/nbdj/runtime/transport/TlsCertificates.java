package nbdj.runtime.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a server proves its identity with, and whom it believes theirs: the files of a folder, under
 * the names that nbdkit and qemu use.
 *
 * <ul>
 *   <li>{@code server-cert.pem}: the server's certificate, and those between it and the authority's
 *   <li>{@code server-key.pem}: its private key, in PKCS#8, PKCS#1 or SEC 1, without a passphrase
 *   <li>{@code ca-cert.pem}: the authorities whose clients are let in; read only where clients are
 *       verified
 *   <li>{@code ca-crl.pem}: what these authorities have revoked; may be missing
 * </ul>
 *
 * <p>Safe for use by many threads.
 */
public final class TlsCertificates {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final char[] NO_PASSWORD = {};

  private final @Nullable Path folder;
  private final boolean verifyPeer;
  private volatile SSLContext context;

  private TlsCertificates(@Nullable Path folder, boolean verifyPeer, SSLContext context) {
    this.folder = folder;
    this.verifyPeer = verifyPeer;
    this.context = context;
  }

  /**
   * Read the files of a folder.
   *
   * @param verifyPeer let in only clients that have a certificate of one of the authorities
   * @throws IOException with one sentence if a file is missing or not what it should be
   */
  public static TlsCertificates load(Path folder, boolean verifyPeer) throws IOException {
    return new TlsCertificates(folder, verifyPeer, read(folder, verifyPeer));
  }

  /**
   * Use a context made elsewhere, from a key store say.
   *
   * @param verifyPeer let in only clients whose certificates the context's trust manager accepts
   */
  public static TlsCertificates of(SSLContext context, boolean verifyPeer) {
    return new TlsCertificates(null, verifyPeer, context);
  }

  /**
   * Read the files again, for clients that come from now on. Where that fails all stays as it is.
   * Does nothing with a context made elsewhere.
   */
  public void reload() throws IOException {
    if (folder != null) {
      context = read(folder, verifyPeer);
    }
  }

  /** Make the server's side of one connection. */
  SSLEngine newEngine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(PROTOCOLS);
    engine.setNeedClientAuth(verifyPeer);
    return engine;
  }

  boolean verifyPeer() {
    return verifyPeer;
  }

  private static SSLContext read(Path folder, boolean verifyPeer) throws IOException {
    Path certificateFile = folder.resolve("server-cert.pem");
    List<X509Certificate> chain = Pem.certificates(certificateFile);
    Path keyFile = folder.resolve("server-key.pem");
    PrivateKey key = Pem.key(keyFile, chain.getFirst().getPublicKey().getAlgorithm());
    try {
      requirePair(key, keyFile, chain.getFirst(), certificateFile);
      KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
      own.load(null, NO_PASSWORD);
      own.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(own, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys.getKeyManagers(), verifyPeer ? authorities(folder).getTrustManagers() : null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(folder + ": cannot be used for TLS: " + e.getMessage(), e);
    }
  }

  private static TrustManagerFactory authorities(Path folder)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, NO_PASSWORD);
    for (X509Certificate authority : Pem.certificates(folder.resolve("ca-cert.pem"))) {
      trusted.setCertificateEntry("authority-" + trusted.size(), authority);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    Path revoked = folder.resolve("ca-crl.pem");
    if (!Files.exists(revoked)) {
      factory.init(trusted);
      return factory;
    }
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, new X509CertSelector());
    CertStore lists =
        CertStore.getInstance(
            "Collection", new CollectionCertStoreParameters(Pem.revocations(revoked)));
    parameters.addCertStore(lists);
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
    checker.setOptions(
        Set.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
    parameters.addCertPathChecker(checker);
    factory.init(new CertPathTrustManagerParameters(parameters));
    return factory;
  }

  /** Check that what the key signs the certificate confirms: else no client would get in. */
  private static void requirePair(
      PrivateKey key, Path keyFile, X509Certificate certificate, Path certificateFile)
      throws IOException, GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update((byte) 1);
    boolean pair;
    try {
      pair = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      pair = false;
    }
    if (!pair) {
      throw new IOException(
          "%s: not the key of the certificate in %s".formatted(keyFile, certificateFile));
    }
  }
}
