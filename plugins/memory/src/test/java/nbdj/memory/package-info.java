/** Tests of the plugin {@code memory}. */
@NullMarked
package nbdj.memory;

import org.jspecify.annotations.NullMarked;
