/** Tests of the plugin {@code file}. */
@NullMarked
package nbdj.file;

import org.jspecify.annotations.NullMarked;
