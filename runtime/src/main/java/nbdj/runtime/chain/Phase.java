package nbdj.runtime.chain;

/** How far a chain has come; each phase but the last is entered by one successful call. */
enum Phase {
  NEW,
  LOADED,
  CONFIGURED,
  MODELLED,
  READY,
  SERVING,
  /** A call failed, or the chain was stopped. */
  OVER
}
