package nbdj.runtime.chain;

/**
 * What holds for all layers of a chain.
 *
 * @param readOnly every handle is read-only
 * @param tlsRequired every connection will be encrypted
 * @param zeroes what emulated zeroing writes
 * @param clientFaults where faults of the outermost layer's caller are kept
 */
record ChainSettings(boolean readOnly, boolean tlsRequired, Zeroes zeroes, Faults clientFaults) {
  /** Make the settings of a new chain. */
  ChainSettings(boolean readOnly, boolean tlsRequired) {
    this(readOnly, tlsRequired, new Zeroes(), new Faults("server"));
  }
}
