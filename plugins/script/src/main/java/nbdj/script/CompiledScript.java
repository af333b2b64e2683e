package nbdj.script;

import java.util.List;
import java.util.Map;

/**
 * A script in class files.
 *
 * @param source what was compiled
 * @param classes all class files by their names, with dots
 * @param topLevel the names of the classes at the top level of the file, in their order
 * @param compact the file declares no class, only methods: the one at the top level is implied
 * @param methodLines of a compact file, the lines where its methods begin; where several have one
 *     name, that of the first
 */
record CompiledScript(
    Source source,
    Map<String, byte[]> classes,
    List<String> topLevel,
    boolean compact,
    Map<String, Long> methodLines) {}
