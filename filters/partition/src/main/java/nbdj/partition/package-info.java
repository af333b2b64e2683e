/** The filter partition: one partition of a disk. */
@NullMarked
package nbdj.partition;

import org.jspecify.annotations.NullMarked;
