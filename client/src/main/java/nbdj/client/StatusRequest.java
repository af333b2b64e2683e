package nbdj.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request for block status, whose reply has a chunk for each metadata context. */
final class StatusRequest extends Request {
  private static final int DESCRIPTOR = 8;

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
    if (type != Protocol.CHUNK_BLOCK_STATUS) {
      super.chunk(type, length, input);
      return;
    }
    if (length < 4 + DESCRIPTOR || (length - 4) % DESCRIPTOR != 0) {
      throw violation(
          "a chunk of %d bytes instead of 4 and 8 for each of its extents".formatted(length));
    }
    int number = input.int32();
    String context = contexts.get(number);
    if (context == null) {
      throw violation("a chunk for context %d, which was not selected".formatted(number));
    }
    if (answers.containsKey(context)) {
      throw violation("two chunks for context %s".formatted(context));
    }
    answers.put(context, extents((length - 4) / DESCRIPTOR, input));
  }

  private List<Extent> extents(long descriptors, Input input) throws IOException {
    if (has(CommandFlag.REQUEST_ONE) && descriptors != 1) {
      throw violation("%d extents though one was asked for".formatted(descriptors));
    }
    List<Extent> extents = new ArrayList<>();
    long at = 0;
    for (long left = descriptors; left > 0; left--) {
      long length = input.unsigned32();
      long state = input.unsigned32();
      if (length == 0) {
        throw violation("an extent of no bytes at %d".formatted(offset + at));
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
