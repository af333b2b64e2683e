/** The server: a transport tied to a chain, and its start and stop. */
@NullMarked
package nbdj.runtime.server;

import org.jspecify.annotations.NullMarked;
