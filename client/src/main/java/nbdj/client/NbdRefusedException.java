package nbdj.client;

/**
 * The server refused something during the handshake, an export above all.
 *
 * @since 0.1
 */
public final class NbdRefusedException extends NbdClientException {
  private static final long serialVersionUID = 1;

  /** Why a server refuses an option. */
  public enum Reason {
    /** The server does not know the option. */
    UNSUPPORTED(1),
    /** The server's policy forbids it. */
    POLICY(2),
    /** The option was wrong. */
    INVALID(3),
    /** The server's platform does not allow it. */
    PLATFORM(4),
    /** The server demands TLS: the scheme of its URI is nbds or nbds+unix. */
    TLS_REQUIRED(5),
    /** There is no such export. */
    UNKNOWN(6),
    /** The server is shutting down. */
    SHUTDOWN(7),
    /** The server demands that the client asks for block sizes. */
    BLOCK_SIZE_REQUIRED(8),
    /** The option was too long. */
    TOO_BIG(9),
    /** The server demands extended headers. */
    EXTENDED_HEADERS_REQUIRED(10),
    /** A reason that this client does not know. */
    OTHER(0);

    private final int number;

    Reason(int number) {
      this.number = number;
    }

    static Reason of(int replyType) {
      for (Reason reason : values()) {
        if (reason.number == (replyType & Integer.MAX_VALUE)) {
          return reason;
        }
      }
      return OTHER;
    }
  }

  private final String what;
  private final Reason reason;
  private final String serverText;

  NbdRefusedException(String what, Reason reason, String serverText) {
    super("%s: refused by the server: %s".formatted(what, explain(reason, serverText)));
    this.what = what;
    this.reason = reason;
    this.serverText = serverText;
  }

  private static String explain(Reason reason, String serverText) {
    String meaning =
        switch (reason) {
          case UNSUPPORTED -> "it does not know this option";
          case POLICY -> "its policy forbids it";
          case INVALID -> "it holds the option for invalid";
          case PLATFORM -> "its platform does not allow it";
          case TLS_REQUIRED -> "it demands TLS, for which the URI begins with nbds";
          case UNKNOWN -> "it has no such export";
          case SHUTDOWN -> "it is shutting down";
          case BLOCK_SIZE_REQUIRED -> "it demands that the client heeds block sizes";
          case TOO_BIG -> "the option is too long for it";
          case EXTENDED_HEADERS_REQUIRED -> "it demands extended headers";
          case OTHER -> "for an unknown reason";
        };
    return serverText.isEmpty() ? meaning : "%s (%s)".formatted(meaning, serverText);
  }

  /** Get the kind of refusal. */
  public Reason reason() {
    return reason;
  }

  /** Get what the server said about it, control characters escaped; {@code ""} if nothing. */
  public String serverText() {
    return serverText;
  }

  @Override
  NbdRefusedException again() {
    NbdRefusedException again = new NbdRefusedException(what, reason, serverText);
    again.initCause(this);
    return again;
  }
}
