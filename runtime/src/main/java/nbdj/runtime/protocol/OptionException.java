package nbdj.runtime.protocol;

/** The refusal of one option: a reply type and a message; the negotiation goes on. */
final class OptionException extends Exception {
  private static final long serialVersionUID = 1;

  private final int replyType;

  OptionException(int replyType, String message) {
    super(message);
    this.replyType = replyType;
  }

  private OptionException(int replyType, String message, Throwable cause) {
    super(message, cause);
    this.replyType = replyType;
  }

  static OptionException invalid(String message) {
    return new OptionException(Wire.REP_ERR_INVALID, message);
  }

  static OptionException invalid(String message, Throwable cause) {
    return new OptionException(Wire.REP_ERR_INVALID, message, cause);
  }

  /** Get the type of the error reply. */
  int replyType() {
    return replyType;
  }
}
