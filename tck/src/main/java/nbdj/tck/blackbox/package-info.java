/**
 * The rules proved from outside: tests that drive a server through a real socket, as its clients
 * will.
 *
 * <p>{@link nbdj.tck.blackbox.LayerBlackBox} serves the layer of a contract, {@link
 * nbdj.tck.blackbox.JarBlackBox} one in a jar, and {@link nbdj.tck.blackbox.ServerBlackBox} drives
 * a server that runs already. A failure begins with a rule of {@link nbdj.api} or with the section
 * of the NBD specification that was broken.
 */
@NullMarked
package nbdj.tck.blackbox;

import org.jspecify.annotations.NullMarked;
