package nbdj.runtime.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads files in the textual form of RFC 7468. Each failure is one sentence that names the file.
 */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /** More than any file of keys or certificates has, in bytes. */
  private static final long LARGEST = 8 << 20;

  private Pem() {}

  /** Read the certificates of a file, the first of which is the owner's. */
  static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (byte[] block : blocks(file, "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")) {
      try {
        certificates.add(
            (X509Certificate) factory().generateCertificate(new ByteArrayInputStream(block)));
      } catch (GeneralSecurityException e) {
        throw new IOException(file + ": not a certificate: " + e.getMessage(), e);
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException(file + ": holds no certificate in PEM form");
    }
    return certificates;
  }

  /** Read the lists of revoked certificates of a file. */
  static List<CRL> revocations(Path file) throws IOException {
    List<CRL> lists = new ArrayList<>();
    for (byte[] block : blocks(file, "X509 CRL")) {
      try {
        lists.add(factory().generateCRL(new ByteArrayInputStream(block)));
      } catch (GeneralSecurityException e) {
        throw new IOException(file + ": not a revocation list: " + e.getMessage(), e);
      }
    }
    if (lists.isEmpty()) {
      throw new IOException(file + ": holds no revocation list in PEM form");
    }
    return lists;
  }

  /**
   * Read the private key of a file, as PKCS#8, PKCS#1 or SEC 1 writes it.
   *
   * @param algorithm that of the certificate's key
   */
  static PrivateKey key(Path file, String algorithm) throws IOException {
    String text = read(file);
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      String label = block.group(1);
      if (label.equals("ENCRYPTED PRIVATE KEY") || block.group(2).contains("ENCRYPTED")) {
        throw new IOException(
            file
                + ": the key is encrypted; take the passphrase off (openssl pkey) and protect the"
                + " file by its mode");
      }
      byte[] bytes;
      switch (label) {
        case "PRIVATE KEY" -> bytes = decode(file, block.group(2));
        case "RSA PRIVATE KEY" -> bytes = Der.wrapRsa(decode(file, block.group(2)));
        case "EC PRIVATE KEY" -> bytes = Der.wrapEc(file, decode(file, block.group(2)));
        default -> {
          continue;
        }
      }
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (GeneralSecurityException e) {
        throw new IOException(
            "%s: not a private key of the kind %s, which the certificate has: %s"
                .formatted(file, algorithm, e.getMessage()),
            e);
      }
    }
    throw new IOException(file + ": holds no private key in PEM form");
  }

  private static CertificateFactory factory() throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509");
  }

  private static List<byte[]> blocks(Path file, String... labels) throws IOException {
    List<byte[]> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(read(file));
    while (block.find()) {
      if (List.of(labels).contains(block.group(1))) {
        blocks.add(decode(file, block.group(2)));
      }
    }
    return blocks;
  }

  private static String read(Path file) throws IOException {
    try {
      if (Files.size(file) > LARGEST) {
        throw new IOException(file + ": too long for a file of keys or certificates");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": there is no such file", e);
    }
  }

  private static byte[] decode(Path file, String text) throws IOException {
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": not base64: " + e.getMessage(), e);
    }
  }
}
