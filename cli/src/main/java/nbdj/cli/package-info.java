/**
 * The command {@code nbdj}.
 *
 * <p>Read in the order of a run: {@link nbdj.cli.Main}, {@link nbdj.cli.CommandLineReader}, then
 * one class for each thing that can be asked for.
 */
@NullMarked
package nbdj.cli;

import org.jspecify.annotations.NullMarked;
