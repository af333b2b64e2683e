package nbdj.runtime.protocol;

/**
 * What a handshake ended in.
 *
 * @param export the export to serve
 * @param headers what requests and replies look like
 * @param allocation the client may ask for block status of {@code base:allocation}
 * @param sizesAsked the client asked for the block size constraints, and so promised to keep to
 *     them
 */
record Terms(Served export, Headers headers, boolean allocation, boolean sizesAsked) {}
