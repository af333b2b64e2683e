package nbdj.runtime.chain;

/** How far a handle has come; it only ever goes forward. */
enum State {
  /** {@code open} has succeeded. */
  OPENED,
  /** {@code prepare} has succeeded: questions and operations are answered. */
  PREPARED,
  /** {@code finalize} has been called. */
  FINALIZED,
  /** {@code close} has been called. */
  CLOSED
}
