@NullMarked
package nbdj.delay;

import org.jspecify.annotations.NullMarked;
