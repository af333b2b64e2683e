@NullMarked
package nbdj.error;

import org.jspecify.annotations.NullMarked;
