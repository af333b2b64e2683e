package nbdj.runtime.server;

/** Whether a server encrypts its connections. */
public enum TlsMode {
  /** No connection. */
  OFF,
  /** Those of the clients that ask for it. */
  ON,
  /** All: nothing is told to a client that does not ask for it, and nothing opened for it. */
  REQUIRE
}
