package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import nbdj.api.BlockSize;

/** Writes the replies to options. They gather in an outbox until it is flushed. */
final class OptionReplies {
  private static final int HEADER = 20;

  private final Outbox outbox;

  OptionReplies(Outbox outbox) {
    this.outbox = outbox;
  }

  void acknowledge(int option) throws IOException {
    begin(option, Wire.REP_ACK, 0);
  }

  void error(int option, int type, String message) throws IOException {
    byte[] text = Text.message(message);
    begin(option, type, text.length).put(text);
  }

  /** Describe an export of a list. */
  void server(String name, String description) throws IOException {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] descriptionBytes = description.getBytes(StandardCharsets.UTF_8);
    int length = 4 + nameBytes.length + descriptionBytes.length;
    begin(Wire.OPT_LIST, Wire.REP_SERVER, length)
        .putInt(nameBytes.length)
        .put(nameBytes)
        .put(descriptionBytes);
  }

  void export(int option, long size, int flags) throws IOException {
    info(option, Wire.INFO_EXPORT, 10).putLong(size).putShort((short) flags);
  }

  /** Send a name or description, unless it is longer than the protocol allows. */
  void text(int option, int info, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= Wire.MAX_STRING) {
      info(option, info, bytes.length).put(bytes);
    }
  }

  void blockSize(int option, BlockSize size) throws IOException {
    info(option, Wire.INFO_BLOCK_SIZE, 12)
        .putInt((int) size.minimum())
        .putInt((int) size.preferred())
        .putInt((int) size.maximum());
  }

  void metaContext(int option, int id, String name) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    begin(option, Wire.REP_META_CONTEXT, 4 + bytes.length).putInt(id).put(bytes);
  }

  private ByteBuffer info(int option, int type, int length) throws IOException {
    return begin(option, Wire.REP_INFO, 2 + length).putShort((short) type);
  }

  private ByteBuffer begin(int option, int type, int length) throws IOException {
    return outbox
        .room(HEADER + length)
        .putLong(Wire.OPTION_REPLY_MAGIC)
        .putInt(option)
        .putInt(type)
        .putInt(length);
  }
}
