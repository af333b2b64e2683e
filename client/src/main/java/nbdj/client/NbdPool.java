package nbdj.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Some connections to one export that may be used as one: what completed on any of them is seen by
 * all, and a flush on any is a flush of all. Safe for use by many threads.
 *
 * @since 0.1
 */
public final class NbdPool implements AutoCloseable {
  private final List<NbdClient> clients;

  private NbdPool(List<NbdClient> clients) {
    this.clients = List.copyOf(clients);
  }

  static NbdPool open(NbdClientBuilder builder, URI uri, int connections)
      throws NbdClientException {
    if (connections < 1) {
      throw new IllegalArgumentException(
          "connections=%d: must be at least 1".formatted(connections));
    }
    List<NbdClient> clients = new ArrayList<>();
    try {
      NbdClient first = builder.connect(uri);
      clients.add(first);
      while (first.export().canMultiConn() && clients.size() < connections) {
        NbdClient next = builder.connect(uri);
        clients.add(next);
        checkAlike(first.export(), next.export());
      }
      return new NbdPool(clients);
    } catch (NbdClientException | RuntimeException | Error e) {
      clients.forEach(NbdClient::abort);
      throw e;
    }
  }

  private static void checkAlike(NbdExport first, NbdExport next) throws NbdProtocolException {
    if (first.size() != next.size() || !first.flags().equals(next.flags())) {
      throw new NbdProtocolException(
          "the server says that connections may be used as one, but shows them different exports:"
              + " %d bytes with %s, and %d bytes with %s"
                  .formatted(first.size(), first.flags(), next.size(), next.flags()));
    }
  }

  /** Get all connections. */
  public List<NbdClient> clients() {
    return clients;
  }

  /** Get the connection with the fewest requests under way, of those that are open. */
  public NbdClient any() {
    return clients.stream()
        .filter(NbdClient::isOpen)
        .min(Comparator.comparingInt(NbdClient::inFlight))
        .orElse(clients.getFirst());
  }

  /** Close all connections, each in good order. */
  @Override
  public void close() {
    clients.forEach(NbdClient::close);
  }
}
