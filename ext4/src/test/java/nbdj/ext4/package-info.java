@NullMarked
package nbdj.ext4;

import org.jspecify.annotations.NullMarked;
