/** The plugins and filters whose code the guides for authors show, proven like any other. */
@NullMarked
package nbdj.guide;

import org.jspecify.annotations.NullMarked;
