package nbdj.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request for block status, whose reply has a chunk for each metadata context. */
final class StatusRequest extends Request {
  private static final int DESCRIPTOR = 8;
  private static final int EXTENDED_DESCRIPTOR = 16;

  private final Map<Integer, String> contexts;
  private final Map<String, List<Extent>> answers = new LinkedHashMap<>();

  StatusRequest(int flags, long offset, long count, Map<Integer, String> contexts) {
    super(Command.BLOCK_STATUS, flags, offset, count);
    this.contexts = contexts;
  }

  /** Get the extents by context, once the reply is whole. */
  Map<String, List<Extent>> answers() {
    return answers;
  }

  @Override
  boolean needsStructured() {
    return true;
  }

  @Override
  void simple(Input input) throws IOException {
    throw violation("a simple reply, which cannot tell extents");
  }

  @Override
  void chunk(int type, long length, Input input) throws IOException {
    switch (type) {
      case Protocol.CHUNK_BLOCK_STATUS -> status(length, 4, DESCRIPTOR, input);
      case Protocol.CHUNK_BLOCK_STATUS_EXT -> status(length, 8, EXTENDED_DESCRIPTOR, input);
      default -> super.chunk(type, length, input);
    }
  }

  private void status(long length, int fixed, int descriptor, Input input) throws IOException {
    if (length < fixed + descriptor || (length - fixed) % descriptor != 0) {
      throw violation(
          "a chunk of %d bytes instead of %d and %d for each of its extents"
              .formatted(length, fixed, descriptor));
    }
    boolean extended = descriptor == EXTENDED_DESCRIPTOR;
    long descriptors = (length - fixed) / descriptor;
    int number = input.int32();
    String context = contexts.get(number);
    if (context == null) {
      throw violation("a chunk for context %d, which was not selected".formatted(number));
    }
    if (answers.containsKey(context)) {
      throw violation("two chunks for context %s".formatted(context));
    }
    long told = extended ? input.unsigned32() : 0;
    if (told != 0 && told != descriptors) {
      throw violation("a chunk of %d extents that tells of %d".formatted(descriptors, told));
    }
    answers.put(context, extents(descriptors, extended, input));
  }

  private List<Extent> extents(long descriptors, boolean extended, Input input) throws IOException {
    if (has(CommandFlag.REQUEST_ONE) && descriptors != 1) {
      throw violation("%d extents though one was asked for".formatted(descriptors));
    }
    List<Extent> extents = new ArrayList<>();
    long at = 0;
    for (long left = descriptors; left > 0; left--) {
      long length = extended ? input.int64() : input.unsigned32();
      long state = extended ? input.int64() : input.unsigned32();
      if (length == 0) {
        throw violation("an extent of no bytes at %d".formatted(offset + at));
      }
      if (length < 0 || length > Long.MAX_VALUE - offset - at) {
        throw violation(
            "an extent of %s bytes at %d".formatted(Long.toUnsignedString(length), offset + at));
      }
      if (at >= count) {
        throw violation("an extent that begins at %d, behind the range".formatted(offset + at));
      }
      if (has(CommandFlag.REQUEST_ONE) && length > count) {
        throw violation("one extent of %d bytes, longer than the range".formatted(length));
      }
      extents.add(new Extent(offset + at, length, state));
      at += length;
    }
    return List.copyOf(extents);
  }

  @Override
  void checkWhole() throws NbdProtocolException {
    for (String context : contexts.values()) {
      if (!answers.containsKey(context)) {
        throw violation("no chunk for context %s".formatted(context));
      }
    }
  }
}
