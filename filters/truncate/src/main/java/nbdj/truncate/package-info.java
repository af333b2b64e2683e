/** The filter truncate: a layer with another size. */
@NullMarked
package nbdj.truncate;

import org.jspecify.annotations.NullMarked;
