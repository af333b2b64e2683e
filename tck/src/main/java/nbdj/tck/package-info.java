/**
 * Contracts that prove a plugin or filter against the rules of {@link nbdj.api}.
 *
 * <p>An author extends {@link nbdj.tck.PluginContract} or {@link nbdj.tck.FilterContract}, says how
 * to make the layer and how to configure it, and runs the class with JUnit. Every test serves the
 * layer in a real chain. A failure begins with the number and the sentence of the broken rule and
 * ends with what to look at; a test that cannot apply is skipped with the reason; a recommendation
 * that is not followed is a warning. At the end of each contract stands what was covered.
 *
 * <p>Configuration parameters of JUnit, system properties among them: {@code nbdj.tck.seed} repeats
 * a run, {@code nbdj.tck.rounds} sets how many random operations a run has (300), {@code
 * nbdj.tck.timeout} how many seconds something may take that must happen (10), {@code
 * nbdj.tck.strict} makes warnings failures (false), {@code nbdj.tck.summary} prints what was
 * covered (true).
 */
@NullMarked
package nbdj.tck;

import org.jspecify.annotations.NullMarked;
