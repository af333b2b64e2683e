/** What the page shows: the tests of a program that keeps its data on a disk. */
@NullMarked
package nbdj.guide;

import org.jspecify.annotations.NullMarked;
