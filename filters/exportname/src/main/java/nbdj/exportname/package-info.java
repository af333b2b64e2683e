/** The filter exportname: other export names than those of the layer below. */
@NullMarked
package nbdj.exportname;

import org.jspecify.annotations.NullMarked;
