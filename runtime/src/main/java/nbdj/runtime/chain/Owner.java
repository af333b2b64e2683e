package nbdj.runtime.chain;

import java.util.Optional;
import nbdj.api.Peer;

/**
 * Who keeps a stack of handles open and ends it: a connection, or a filter that opened the topmost
 * of them itself. Compared by identity.
 */
final class Owner {
  private final String name;
  private final boolean filter;
  private final boolean shared;
  private final boolean tls;
  private final Optional<Peer> peer;

  private Owner(String name, boolean filter, boolean shared, boolean tls, Optional<Peer> peer) {
    this.name = name;
    this.filter = filter;
    this.shared = shared;
    this.tls = tls;
    this.peer = peer;
  }

  /** Make the owner that a connection is. */
  static Owner connection(boolean tls, Peer peer) {
    return new Owner("another connection", false, false, tls, Optional.of(peer));
  }

  /**
   * Make the owner that a filter is.
   *
   * @param shared the handles outlive connections
   * @param tls what the layers are told about encryption
   * @param peer the client for whom it opens; empty if for none
   */
  static Owner filter(String name, boolean shared, boolean tls, Optional<Peer> peer) {
    return new Owner("the filter " + name, true, shared, tls, peer);
  }

  /** Write who it is, for messages. */
  String describe() {
    return name;
  }

  boolean isFilter() {
    return filter;
  }

  boolean shared() {
    return shared;
  }

  boolean tls() {
    return tls;
  }

  /** Get the client; empty for a filter that opens for none. */
  Optional<Peer> peer() {
    return peer;
  }
}
