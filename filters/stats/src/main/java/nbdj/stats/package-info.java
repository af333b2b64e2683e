/** The filter stats: how many requests there were, and how long they took. */
@NullMarked
package nbdj.stats;

import org.jspecify.annotations.NullMarked;
