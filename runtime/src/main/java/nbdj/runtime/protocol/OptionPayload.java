package nbdj.runtime.protocol;

import java.io.IOException;

/**
 * The payload of one option, received piece by piece and never beyond the length in the option's
 * header. The lengths inside it are a client's claims: nothing is allocated for them.
 */
final class OptionPayload {
  private final Input input;

  /** How many bytes of the payload have not been looked at; from 0 to 2^32-1. */
  private long left;

  OptionPayload(Input input, long length) {
    this.input = input;
    this.left = length;
  }

  /** Take a number of 16 bits, unsigned. */
  int int16() throws IOException, OptionException {
    take(2);
    return input.bytes().getShort() & 0xffff;
  }

  /** Take a number of 32 bits, unsigned. */
  long int32() throws IOException, OptionException {
    take(4);
    return input.bytes().getInt() & 0xffff_ffffL;
  }

  /** Take a string with its length in 32 bits before it. */
  String string(String what) throws IOException, OptionException {
    return string(what, int32());
  }

  /** Take a string of a given length in bytes. */
  String string(String what, long length) throws IOException, OptionException {
    if (length > Wire.MAX_STRING) {
      throw OptionException.invalid(
          "%s of %d bytes is longer than %d".formatted(what, length, Wire.MAX_STRING));
    }
    take((int) length);
    int start = input.bytes().position();
    // Taken before it is looked at: whatever is wrong with it, the stream stays in step.
    input.bytes().position(start + (int) length);
    return Text.decode(input.bytes().slice(start, (int) length));
  }

  /** Check that nothing is left. */
  void end() throws OptionException {
    if (left > 0) {
      throw OptionException.invalid("%d bytes too many in the option".formatted(left));
    }
  }

  /** Get how many bytes have not been looked at. */
  long left() {
    return left;
  }

  /** Receive what is left and forget it. */
  void skip() throws IOException {
    input.skip(left);
    left = 0;
  }

  private void take(int count) throws IOException, OptionException {
    if (left < count) {
      throw OptionException.invalid("the option is shorter than what it says to hold");
    }
    input.need(count);
    left -= count;
  }
}
