/** The filter openonce: one open handle of the layer below, shared by all clients. */
@NullMarked
package nbdj.openonce;

import org.jspecify.annotations.NullMarked;
