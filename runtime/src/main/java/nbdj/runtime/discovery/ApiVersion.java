package nbdj.runtime.discovery;

import java.util.Optional;
import nbdj.api.Nbdj;
import nbdj.api.Registered;

/**
 * Decides whether a layer runs under this version of the interface: one that was built against the
 * same major version and a minor version not above.
 */
public final class ApiVersion {
  private ApiVersion() {}

  /**
   * Check a layer that the program made itself. One without {@link Registered} states no version
   * and is accepted.
   *
   * @throws DiscoveryException if it was built against a version that does not run here
   */
  public static void check(LayerKind kind, Object layer) throws DiscoveryException {
    Registered registered = layer.getClass().getAnnotation(Registered.class);
    if (registered != null) {
      Optional<String> refusal = refusal(kind, registered.name(), registered.api());
      if (refusal.isPresent()) {
        throw new DiscoveryException(refusal.get());
      }
    }
  }

  /** Get the sentence that says why a layer does not run here; empty if it does. */
  static Optional<String> refusal(LayerKind kind, String name, int built) {
    int server = Nbdj.apiVersion();
    boolean sameMajor = Math.floorDiv(built, 1000) == Math.floorDiv(server, 1000);
    return sameMajor && built <= server
        ? Optional.empty()
        : Optional.of(
            "%s '%s' was built against API %s, this server offers %s: %s"
                .formatted(
                    kind,
                    name,
                    Nbdj.describe(built),
                    Nbdj.describe(server),
                    built > server ? "use a newer nbdj" : "rebuild it"));
  }
}
