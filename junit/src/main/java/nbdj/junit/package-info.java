/**
 * A disk that fails on command: a JUnit Jupiter extension that serves a disk over NBD inside the
 * test's own virtual machine.
 *
 * <p>{@link nbdj.junit.NbdDisk} is where to begin.
 */
@NullMarked
package nbdj.junit;

import org.jspecify.annotations.NullMarked;
