package nbdj.api;

import java.util.Optional;

/**
 * What is asked of {@code open}.
 *
 * @param readOnly nothing may be written through the handle: the server is read-only ({@code -r})
 *     or the caller wants it so
 * @param exportName the export; {@code ""} only if the layer's default export is {@code ""}
 * @param tls the connection is encrypted; for a shared open, that every connection must be
 * @param shared the handle belongs to a filter and outlives connections
 * @param peer the client that asks; empty for a handle that outlives connections
 * @since 0.1
 */
public record OpenRequest(
    boolean readOnly, String exportName, boolean tls, boolean shared, Optional<Peer> peer) {
  /** Make a request of nobody in particular. */
  public OpenRequest(boolean readOnly, String exportName, boolean tls, boolean shared) {
    this(readOnly, exportName, tls, shared, Optional.empty());
  }

  /** Make the request of a plain, unencrypted connection. */
  public static OpenRequest of(boolean readOnly, String exportName) {
    return new OpenRequest(readOnly, exportName, false, false);
  }
}
