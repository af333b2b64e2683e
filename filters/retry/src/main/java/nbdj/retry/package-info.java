/** The filter retry: a layer that is opened again when it fails. */
@NullMarked
package nbdj.retry;

import org.jspecify.annotations.NullMarked;
