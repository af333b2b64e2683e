package nbdj.runtime.protocol;

/**
 * How much of the protocol a server offers: all of it, unless somebody wants to see how clients do
 * with less.
 *
 * @param handshakeFlags which of the handshake's flags may be offered
 * @param structuredReplies offer structured replies, and extended headers, which imply them
 * @param metaContexts offer meta contexts, such as block status
 */
public record Dialect(int handshakeFlags, boolean structuredReplies, boolean metaContexts) {
  /** All of the protocol. */
  public static final Dialect FULL = new Dialect(0xffff, true, true);

  public Dialect withHandshakeFlags(int value) {
    return new Dialect(value, structuredReplies, metaContexts);
  }

  public Dialect withStructuredReplies(boolean value) {
    return new Dialect(handshakeFlags, value, metaContexts);
  }

  public Dialect withMetaContexts(boolean value) {
    return new Dialect(handshakeFlags, structuredReplies, value);
  }

  /** Tell whether an option is spoken. */
  boolean speaks(int option) {
    return switch (option) {
      case Wire.OPT_STRUCTURED_REPLY, Wire.OPT_EXTENDED_HEADERS -> structuredReplies;
      case Wire.OPT_LIST_META_CONTEXT, Wire.OPT_SET_META_CONTEXT -> metaContexts;
      default -> true;
    };
  }
}
