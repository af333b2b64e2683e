/**
 * Byte streams to clients: sockets, given channels, and the addresses they are found at.
 *
 * <p>Nothing here knows what the bytes mean.
 */
@NullMarked
package nbdj.runtime.transport;

import org.jspecify.annotations.NullMarked;
