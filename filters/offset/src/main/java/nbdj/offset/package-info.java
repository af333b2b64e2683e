/** The filter offset: a range of bytes of the layer below. */
@NullMarked
package nbdj.offset;

import org.jspecify.annotations.NullMarked;
