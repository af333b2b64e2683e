package nbdj.cli;

import java.util.Map;

/**
 * How the command tells what happens.
 *
 * @param name what each line begins with
 * @param verbosity how often {@code -v} was given
 * @param flags parts that tell more, {@code NAME.FLAG}, and how much: 0, 1 or 2
 * @param destination where lines go, as {@code --log} says
 */
record Logging(String name, int verbosity, Map<String, Integer> flags, String destination) {}
