/** The plugin nbd: the disk of another NBD server. */
@NullMarked
package nbdj.proxy;

import org.jspecify.annotations.NullMarked;
