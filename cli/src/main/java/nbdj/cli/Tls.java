package nbdj.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.runtime.server.TlsMode;
import nbdj.runtime.transport.TlsCertificates;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * Whether and how connections are encrypted.
 *
 * @param certificates the folder of keys and certificates; empty for the first of the usual ones
 * @param verifyPeer let in only clients with a certificate
 * @param missing what happens where there are no keys and certificates
 */
record Tls(TlsMode mode, Optional<Path> certificates, boolean verifyPeer, Missing missing) {
  /** What it means that there is no folder with a server's key and certificate. */
  enum Missing {
    /** The server does not start. */
    FAILS,
    /** Nothing is encrypted, and a line says so. */
    WARNS,
    /** Nothing is encrypted. */
    IS_FINE
  }

  private static final Logger log = LoggerFactory.getLogger(Tls.class);

  /** Where nbdkit looks, under the home folder. */
  private static final String[] HOME = {".pki/nbdkit", ".config/pki/nbdkit"};

  private static final Path SYSTEM = Path.of("/etc/pki/nbdkit");

  /** Read the certificates, for the server and again at each SIGHUP. */
  void apply(NbdServerBuilder builder) throws IOException {
    if (mode == TlsMode.OFF) {
      return;
    }
    if (missing != Missing.FAILS && folders().noneMatch(Tls::hasKeys)) {
      if (missing == Missing.WARNS) {
        log.warn(
            "nothing is encrypted: there is no server-cert.pem and server-key.pem in {}",
            folders().map(Path::toString).collect(Collectors.joining(" or ")));
      }
      return;
    }
    TlsCertificates read = TlsCertificates.load(folder(), verifyPeer);
    builder.tls(mode, read);
    Signal.handle(new Signal("HUP"), signal -> reload(read));
  }

  private static void reload(TlsCertificates certificates) {
    try {
      certificates.reload();
      log.debug("the certificates were read again");
    } catch (IOException e) {
      log.error("the certificates stay as they were: {}", Sentences.of(e));
    }
  }

  private Path folder() throws IOException {
    if (certificates.isPresent()) {
      return certificates.get();
    }
    return folders()
        .filter(missing == Missing.FAILS ? Files::isDirectory : Tls::hasKeys)
        .findFirst()
        .orElseThrow(() ->
            new IOException(
                "--tls needs the folder of the certificates: --tls-certificates DIR with"
                    + " server-cert.pem and server-key.pem"));
  }

  /** Get where keys are looked for. */
  private Stream<Path> folders() {
    Path home = Path.of(System.getProperty("user.home", "/"));
    return certificates
        .map(Stream::of)
        .orElseGet(() -> Stream.concat(Stream.of(HOME).map(home::resolve), Stream.of(SYSTEM)));
  }

  private static boolean hasKeys(Path folder) {
    return Files.isReadable(folder.resolve("server-cert.pem"))
        && Files.isReadable(folder.resolve("server-key.pem"));
  }
}
