/** The filter error: requests that fail on command. */
@NullMarked
package nbdj.error;

import org.jspecify.annotations.NullMarked;
