/** The filter {@code ext2}: serves a file that lies inside an ext2, ext3 or ext4 filesystem. */
@NullMarked
package nbdj.ext2;

import org.jspecify.annotations.NullMarked;
