/** The filter exitlast: a server that ends with its last client. */
@NullMarked
package nbdj.exitlast;

import org.jspecify.annotations.NullMarked;
