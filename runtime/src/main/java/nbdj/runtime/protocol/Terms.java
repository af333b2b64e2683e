package nbdj.runtime.protocol;

/**
 * What a handshake ended in.
 *
 * @param export the export to serve
 * @param structured replies are structured
 * @param allocation the client may ask for block status of {@code base:allocation}
 */
record Terms(Served export, boolean structured, boolean allocation) {}
