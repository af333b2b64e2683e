package nbdj.runtime.chain;

/**
 * What holds for all layers of a chain.
 *
 * @param readOnly every handle is read-only
 * @param tlsRequired every connection will be encrypted
 * @param onStopRequest run when a filter asks for a stop
 * @param zeroes what emulated zeroing writes
 * @param clientFaults where faults of the outermost layer's caller are kept
 */
record ChainSettings(
    boolean readOnly,
    boolean tlsRequired,
    Runnable onStopRequest,
    Zeroes zeroes,
    Faults clientFaults) {
  /** Make the settings of a new chain. */
  ChainSettings(boolean readOnly, boolean tlsRequired, Runnable onStopRequest) {
    this(readOnly, tlsRequired, onStopRequest, new Zeroes(), new Faults("server"));
  }
}
