package nbdj.client;

/** The numbers of the NBD specification. */
final class Protocol {
  static final long GREETING = 0x4e42444d41474943L; // "NBDMAGIC"
  static final long OPTION_MAGIC = 0x49484156454f5054L; // "IHAVEOPT"
  static final long OLDSTYLE_MAGIC = 0x00420281861253L;
  static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
  static final int REQUEST_MAGIC = 0x25609513;
  static final int EXTENDED_REQUEST_MAGIC = 0x21e41c71;
  static final int SIMPLE_REPLY_MAGIC = 0x67446698;
  static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;
  static final int EXTENDED_REPLY_MAGIC = 0x6e8a278c;

  /** The longest string, in bytes of UTF-8. */
  static final int MAX_STRING = 4096;

  // Handshake flags, the server's and the client's alike.
  static final int FIXED_NEWSTYLE = 1;
  static final int NO_ZEROES = 1 << 1;

  static final int OPT_EXPORT_NAME = 1;
  static final int OPT_ABORT = 2;
  static final int OPT_LIST = 3;
  static final int OPT_STARTTLS = 5;
  static final int OPT_INFO = 6;
  static final int OPT_GO = 7;
  static final int OPT_STRUCTURED_REPLY = 8;
  static final int OPT_LIST_META_CONTEXT = 9;
  static final int OPT_SET_META_CONTEXT = 10;
  static final int OPT_EXTENDED_HEADERS = 11;

  static final int REP_ACK = 1;
  static final int REP_SERVER = 2;
  static final int REP_INFO = 3;
  static final int REP_META_CONTEXT = 4;

  static final int INFO_EXPORT = 0;
  static final int INFO_NAME = 1;
  static final int INFO_DESCRIPTION = 2;
  static final int INFO_BLOCK_SIZE = 3;

  static final int CHUNK_DONE = 1;
  static final int CHUNK_NONE = 0;
  static final int CHUNK_OFFSET_DATA = 1;
  static final int CHUNK_OFFSET_HOLE = 2;
  static final int CHUNK_BLOCK_STATUS = 5;
  static final int CHUNK_BLOCK_STATUS_EXT = 6;
  static final int CHUNK_ERROR = 1 << 15 | 1;
  static final int CHUNK_ERROR_OFFSET = 1 << 15 | 2;

  /** The bit of a chunk's type that makes it an error, known or not. */
  static final int CHUNK_IS_ERROR = 1 << 15;

  /** The flag of an extended request that a payload follows. */
  static final int FLAG_PAYLOAD_LEN = 1 << 5;

  private Protocol() {}

  /** Get the name of an option. */
  static String option(int option) {
    return switch (option) {
      case OPT_EXPORT_NAME -> "NBD_OPT_EXPORT_NAME";
      case OPT_ABORT -> "NBD_OPT_ABORT";
      case OPT_LIST -> "NBD_OPT_LIST";
      case OPT_STARTTLS -> "NBD_OPT_STARTTLS";
      case OPT_INFO -> "NBD_OPT_INFO";
      case OPT_GO -> "NBD_OPT_GO";
      case OPT_STRUCTURED_REPLY -> "NBD_OPT_STRUCTURED_REPLY";
      case OPT_LIST_META_CONTEXT -> "NBD_OPT_LIST_META_CONTEXT";
      case OPT_SET_META_CONTEXT -> "NBD_OPT_SET_META_CONTEXT";
      case OPT_EXTENDED_HEADERS -> "NBD_OPT_EXTENDED_HEADERS";
      default -> "option " + Integer.toUnsignedString(option);
    };
  }

  /** Get the name of a chunk's type. */
  static String chunk(int type) {
    return switch (type) {
      case CHUNK_NONE -> "NBD_REPLY_TYPE_NONE";
      case CHUNK_OFFSET_DATA -> "NBD_REPLY_TYPE_OFFSET_DATA";
      case CHUNK_OFFSET_HOLE -> "NBD_REPLY_TYPE_OFFSET_HOLE";
      case CHUNK_BLOCK_STATUS -> "NBD_REPLY_TYPE_BLOCK_STATUS";
      case CHUNK_BLOCK_STATUS_EXT -> "NBD_REPLY_TYPE_BLOCK_STATUS_EXT";
      case CHUNK_ERROR -> "NBD_REPLY_TYPE_ERROR";
      case CHUNK_ERROR_OFFSET -> "NBD_REPLY_TYPE_ERROR_OFFSET";
      default -> "type " + type;
    };
  }
}
