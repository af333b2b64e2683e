/** Tests of the disk that fails on command. */
@NullMarked
package nbdj.junit;

import org.jspecify.annotations.NullMarked;
