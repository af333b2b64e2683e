@NullMarked
package nbdj.ext4.journal;

import org.jspecify.annotations.NullMarked;
