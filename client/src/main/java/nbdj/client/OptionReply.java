package nbdj.client;

import java.nio.ByteBuffer;

/**
 * What a server answers to an option.
 *
 * @param option that was asked
 * @param type of the reply, positive
 * @param data from position to limit
 */
record OptionReply(int option, int type, ByteBuffer data) {
  /** Take a number of 16 bits. */
  int int16() throws NbdProtocolException {
    return take(2).getShort() & 0xffff;
  }

  /** Take an unsigned number of 32 bits. */
  long int32() throws NbdProtocolException {
    return take(4).getInt() & 0xffff_ffffL;
  }

  long int64() throws NbdProtocolException {
    return take(8).getLong();
  }

  /** Take a string. */
  String text(long length) throws NbdProtocolException {
    if (length > Protocol.MAX_STRING) {
      throw new NbdProtocolException(
          "the server's reply to %s holds a string of %d bytes, %d is the most"
              .formatted(Protocol.option(option), length, Protocol.MAX_STRING));
    }
    byte[] bytes = new byte[(int) length];
    take((int) length).get(bytes);
    return Text.decode(bytes);
  }

  /** Take all that remains as a string. */
  String text() throws NbdProtocolException {
    return text(data.remaining());
  }

  /** Check that all was taken. */
  void end() throws NbdProtocolException {
    if (data.hasRemaining()) {
      throw new NbdProtocolException(
          "the server's reply to %s is %d bytes too long"
              .formatted(Protocol.option(option), data.remaining()));
    }
  }

  private ByteBuffer take(int count) throws NbdProtocolException {
    if (data.remaining() < count) {
      throw new NbdProtocolException(
          "the server's reply to %s ends %d bytes too early"
              .formatted(Protocol.option(option), count - data.remaining()));
    }
    return data;
  }
}
