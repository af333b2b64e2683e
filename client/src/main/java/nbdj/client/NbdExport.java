package nbdj.client;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server says of an export.
 *
 * @param name that was asked for
 * @param canonicalName that the server gives it, which differs where {@code ""} stands for a
 *     default; empty if the server does not say
 * @param description for people; empty if there is none
 * @param size in bytes
 * @param flags what is offered
 * @param blockSizes the limits of requests
 * @param structuredReplies whether reads come in chunks, holes among them, and errors with a text
 * @param extendedHeaders whether lengths have 64 bits, so that no range need be split for its
 *     length
 * @param contexts the metadata contexts agreed on, by name; what block status answers about
 * @since 0.1
 */
public record NbdExport(
    String name,
    Optional<String> canonicalName,
    Optional<String> description,
    long size,
    Set<ExportFlag> flags,
    BlockSizes blockSizes,
    boolean structuredReplies,
    boolean extendedHeaders,
    List<String> contexts) {
  Headers headers() {
    return extendedHeaders
        ? Headers.EXTENDED
        : structuredReplies ? Headers.STRUCTURED : Headers.SIMPLE;
  }

  /** Tell whether a flag is among the flags. */
  public boolean has(ExportFlag flag) {
    return flags.contains(flag);
  }

  /** Tell whether writes, trims and zeroes are refused. */
  public boolean isReadOnly() {
    return has(ExportFlag.READ_ONLY);
  }

  /** Tell whether several connections may be used as one. */
  public boolean canMultiConn() {
    return has(ExportFlag.CAN_MULTI_CONN);
  }
}
