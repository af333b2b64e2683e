/**
 * The plugin {@code memory}: a disk in memory, shared by all connections and lost when the server
 * ends.
 *
 * <p>{@link nbdj.memory.MemoryPlugin} makes one {@code Store} and hands it to every handle. {@code
 * SparseStore} finds pages of a {@code PagePool} through a {@code PageTree}; {@code
 * ContiguousStore} is one piece of memory.
 */
@NullMarked
package nbdj.memory;

import org.jspecify.annotations.NullMarked;
