package nbdj.client;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a URI says of the encryption that it wants.
 *
 * @param certificates the folder of certificates; empty for what the builder has
 * @param hostname the name that the server's certificate must have; empty for that of the host
 */
record TlsWish(Optional<Path> certificates, Optional<String> hostname) {
  /** Take the parameters out of a query. */
  static TlsWish of(Map<String, String> query) {
    return new TlsWish(
        Optional.ofNullable(query.remove("tls-certificates")).map(Path::of),
        Optional.ofNullable(query.remove("tls-hostname")));
  }
}
