/** Tests of the plugin {@code script}. */
@NullMarked
package nbdj.script;

import org.jspecify.annotations.NullMarked;
