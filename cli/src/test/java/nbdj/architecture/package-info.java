/**
 * The rules that hold across modules, checked by reading the sources.
 *
 * <p>They stand in this module because it is the last of the build, and because reading sources
 * needs neither a library nor the other modules on the class path.
 */
@NullMarked
package nbdj.architecture;

import org.jspecify.annotations.NullMarked;
