/**
 * The plugin {@code script}: a plugin written as one Java source file.
 *
 * <p>Read in the order of a start: {@link nbdj.script.ScriptPlugin} takes the parameters, {@code
 * Source} reads the file, {@code ScriptCompiler} compiles it in memory, {@code ScriptForm} finds
 * which form of script it is and makes a plugin of it, and {@code Script} is that plugin as the
 * server sees it: every failure names the line of the source it came from.
 */
@NullMarked
package nbdj.script;

import org.jspecify.annotations.NullMarked;
