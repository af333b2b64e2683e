/** The plugin info: what a client is told about itself. */
@NullMarked
package nbdj.info;

import org.jspecify.annotations.NullMarked;
