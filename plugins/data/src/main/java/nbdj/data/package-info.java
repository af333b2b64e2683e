/** The plugin data: a small disk given on the command line. */
@NullMarked
package nbdj.data;

import org.jspecify.annotations.NullMarked;
