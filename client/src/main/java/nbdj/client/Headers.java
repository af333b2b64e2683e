package nbdj.client;

/** What the headers of requests and replies look like, as was agreed on. */
enum Headers {
  /** Lengths of 32 bits, and replies of one piece. */
  SIMPLE,
  /** Lengths of 32 bits, and replies in chunks. */
  STRUCTURED,
  /** Lengths of 64 bits, and replies in chunks. */
  EXTENDED
}
