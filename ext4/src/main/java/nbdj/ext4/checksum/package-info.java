/** The checksum that the filesystem and its journal share. Internal to the engine. */
@NullMarked
package nbdj.ext4.checksum;

import org.jspecify.annotations.NullMarked;
