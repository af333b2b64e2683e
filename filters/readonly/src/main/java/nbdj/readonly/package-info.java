/** The filter readonly: a layer that nobody may write to, or not always. */
@NullMarked
package nbdj.readonly;

import org.jspecify.annotations.NullMarked;
