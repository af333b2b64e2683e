package nbdj.runtime.protocol;

/** What the headers of requests and replies look like, as a handshake has agreed. */
enum Headers {
  /** Lengths of 32 bits; a reply is one header, and data if it is to a read. */
  SIMPLE(28),
  /** Lengths of 32 bits; replies come in chunks where they carry data or a message. */
  STRUCTURED(28),
  /** Lengths of 64 bits; all replies come in chunks. */
  EXTENDED(32);

  private final int request;

  Headers(int request) {
    this.request = request;
  }

  /** Get the length of a request without its payload, in bytes. */
  int request() {
    return request;
  }

  /** Tell whether replies come in chunks. */
  boolean chunks() {
    return this != SIMPLE;
  }
}
