/** The filter noextents: a layer that hides its holes. */
@NullMarked
package nbdj.noextents;

import org.jspecify.annotations.NullMarked;
