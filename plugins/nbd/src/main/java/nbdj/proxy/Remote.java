package nbdj.proxy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import nbdj.api.MetaSink;
import nbdj.client.ListedExport;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientBuilder;
import nbdj.client.NbdClientException;
import nbdj.client.NbdDisconnectedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another server, and how to connect to it. Safe for use by many threads.
 *
 * @param uri where it is, with the export that is meant if none is asked for
 * @param retries how often to try again when no connection can be made
 * @param timeout how long each step may take; zero for any time
 */
record Remote(URI uri, int retries, Duration timeout) {
  private static final Logger log = LoggerFactory.getLogger(Remote.class);

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  /** Note what is meant, and refuse a URI that no client could connect to. */
  Remote {
    // The client reads a URI when it connects, which may be much later.
    String scheme = String.valueOf(uri.getScheme());
    if (!scheme.startsWith("nbd")) {
      throw new IllegalArgumentException(
          "%s: not the URI of an NBD server (try nbd://host/export)".formatted(uri));
    }
  }

  /** Get the export that is meant if none is asked for, as the URI has it. */
  String exportName() {
    String path = uri.getPath() == null ? "" : uri.getPath();
    return path.startsWith("/") ? path.substring(1) : path;
  }

  private URI uri(String exportName) {
    return exportName.equals(exportName())
        ? uri
        : URI.create(
            "%s://%s/%s%s"
                .formatted(
                    uri.getScheme(),
                    uri.getRawAuthority() == null ? "" : uri.getRawAuthority(),
                    escaped(exportName),
                    uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
  }

  /** Write a text so that it stands for itself anywhere in a URI. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || "-._~/".indexOf(b) >= 0;
      escaped.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b));
    }
    return escaped.toString();
  }

  private NbdClientBuilder builder() {
    return NbdClient.builder().timeout(timeout);
  }

  /** Ask which exports there are. */
  List<ListedExport> list() throws NbdClientException {
    return builder().list(uri);
  }

  /** Connect to an export. */
  NbdClient connect(String exportName) throws IOException {
    for (int tried = 0; ; tried++) {
      try {
        return builder().listedMetaContexts(1 + MetaSink.MAX_CONTEXTS).connect(uri(exportName));
      } catch (NbdDisconnectedException e) {
        if (tried == retries) {
          throw Failures.of(e);
        }
        log.debug("trying again in {}", BETWEEN_TRIES, e);
        pause();
      } catch (NbdClientException e) {
        // The server is there and does not want to.
        throw Failures.of(e);
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(BETWEEN_TRIES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the other server", e);
    }
  }
}
