/** The filter delay: requests that take longer. */
@NullMarked
package nbdj.delay;

import org.jspecify.annotations.NullMarked;
