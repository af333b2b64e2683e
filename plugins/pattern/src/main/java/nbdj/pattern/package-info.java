/** The plugin pattern: a disk whose bytes tell where they are. */
@NullMarked
package nbdj.pattern;

import org.jspecify.annotations.NullMarked;
