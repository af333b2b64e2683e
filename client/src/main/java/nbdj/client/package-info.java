/**
 * A client of the NBD protocol that needs the JDK alone.
 *
 * <p>{@link nbdj.client.NbdClient#connect} opens an export by its URI. The client checks what the
 * server sends: an answer that breaks the protocol is a {@link nbdj.client.NbdProtocolException}
 * and never wrong data.
 */
@NullMarked
package nbdj.client;

import org.jspecify.annotations.NullMarked;
