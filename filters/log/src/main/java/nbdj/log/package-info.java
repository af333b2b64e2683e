/** The filter log: a file with a line for each request. */
@NullMarked
package nbdj.log;

import org.jspecify.annotations.NullMarked;
