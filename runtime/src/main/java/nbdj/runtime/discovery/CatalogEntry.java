package nbdj.runtime.discovery;

import java.nio.file.Path;

/**
 * One line of a list of what the folders hold.
 *
 * @param kind what it is; for a bundle too broken to tell, what its folder is for
 * @param name the name to ask for it by: that of its file or folder
 * @param path the jar, or folder of jars
 * @param usable it can be asked for by its name; its constructor has not been tried
 * @param remark why it is not usable, or what else a person should know; {@code ""} if nothing
 */
public record CatalogEntry(LayerKind kind, String name, Path path, boolean usable, String remark) {}
