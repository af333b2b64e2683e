/**
 * Finds plugins and filters in folders of jars and loads each in a class loader of its own.
 *
 * <p>{@link nbdj.runtime.discovery.Catalog} finds, a bundle checks, {@code PluginClassLoader}
 * isolates. Only what is asked for is opened, and none of its code runs before its name and the
 * version it was built against are known.
 */
@NullMarked
package nbdj.runtime.discovery;

import org.jspecify.annotations.NullMarked;
