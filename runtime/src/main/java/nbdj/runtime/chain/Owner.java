package nbdj.runtime.chain;

/**
 * Who keeps a stack of handles open and ends it: a connection, or a filter that opened the topmost
 * of them itself. Compared by identity.
 */
final class Owner {
  private final String name;
  private final boolean filter;
  private final boolean shared;
  private final boolean tls;

  private Owner(String name, boolean filter, boolean shared, boolean tls) {
    this.name = name;
    this.filter = filter;
    this.shared = shared;
    this.tls = tls;
  }

  /** Make the owner that a connection is. */
  static Owner connection(boolean tls) {
    return new Owner("another connection", false, false, tls);
  }

  /**
   * Make the owner that a filter is.
   *
   * @param shared the handles outlive connections
   * @param tls what the layers are told about encryption
   */
  static Owner filter(String name, boolean shared, boolean tls) {
    return new Owner("the filter " + name, true, shared, tls);
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
}
