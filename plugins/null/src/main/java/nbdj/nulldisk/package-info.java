/** The plugin null: a disk that forgets what is written to it. */
@NullMarked
package nbdj.nulldisk;

import org.jspecify.annotations.NullMarked;
