package nbdj.runtime.protocol;

import java.util.List;

/**
 * What a handshake ended in.
 *
 * @param export the export to serve
 * @param headers what requests and replies look like
 * @param contexts the metadata contexts of which the client may ask for block status
 * @param sizesAsked the client asked for the block size constraints, and so promised to keep to
 *     them
 */
record Terms(Served export, Headers headers, List<MetaContext> contexts, boolean sizesAsked) {}
