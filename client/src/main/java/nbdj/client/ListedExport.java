package nbdj.client;

/**
 * An export as a server lists it.
 *
 * @param name by which it is opened
 * @param description for people, {@code ""} if there is none
 * @since 0.1
 */
public record ListedExport(String name, String description) {}
