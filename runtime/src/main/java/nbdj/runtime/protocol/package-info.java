/**
 * The wire: handshake and transmission of the NBD protocol, newstyle.
 *
 * <p>A {@link nbdj.runtime.protocol.Connection} negotiates with one client and turns its requests
 * into calls of a {@link nbdj.api.Next}. Nothing here knows plugins or filters.
 */
@NullMarked
package nbdj.runtime.protocol;

import org.jspecify.annotations.NullMarked;
