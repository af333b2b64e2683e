package nbdj.log;

/**
 * Something that happened.
 *
 * @param type whether a call begins, is over, or neither
 * @param connection the number of the connection; 0 outside one
 * @param action what it was
 * @param id tells calls of one kind apart; 0 for what is no call
 * @param fields what more is to be told
 */
record Event(Type type, long connection, String action, long id, Fields fields) {
  /** The type of a message, by the names that scripts see. */
  enum Type {
    PRINT,
    ENTER,
    LEAVE
  }
}
