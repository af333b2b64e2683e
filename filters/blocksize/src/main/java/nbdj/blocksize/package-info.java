/** The filter blocksize: requests in whole blocks. */
@NullMarked
package nbdj.blocksize;

import org.jspecify.annotations.NullMarked;
