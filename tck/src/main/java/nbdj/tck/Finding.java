package nbdj.tck;

import java.io.IOException;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.Optional;

/** Finds out which rule a layer broke when an operation that was offered failed. */
final class Finding {
  private Finding() {}

  /**
   * Judge a failed operation.
   *
   * @param operation what failed, for people
   * @param calls the calls that reached the layer on its behalf
   * @param size the size of the export
   * @param failure what the caller saw
   */
  static BrokenRule of(String operation, List<Call> calls, long size, Exception failure) {
    for (Call call : calls) {
      Throwable thrown = call.failure;
      if (thrown instanceof ReadOnlyBufferException) {
        return new BrokenRule("W-12", operation + ": the layer wrote to the buffer", failure);
      }
      if (thrown != null && !(thrown instanceof IOException)) {
        return new BrokenRule("X-3", "%s: the layer threw %s".formatted(operation, thrown), thrown);
      }
      // What the server throws at a wrong extent passes through the layer.
      if (thrown == null || !call.extents.isEmpty()) {
        Optional<BrokenRule> broken = ofAnswer(operation, call, size);
        if (broken.isPresent()) {
          return broken.get();
        }
      }
    }
    return new BrokenRule(
        "C-5", "%s was offered and failed: %s".formatted(operation, failure.getMessage()), failure);
  }

  private static Optional<BrokenRule> ofAnswer(String operation, Call call, long size) {
    return switch (call.name) {
      case "read", "pread" ->
          call.answered == call.count
              ? Optional.empty()
              : Optional.of(
                  new BrokenRule(
                      "R-2",
                      "%s: the layer answered %d bytes of %d"
                          .formatted(operation, call.answered, call.count)));
      case "extents" -> ofExtents(operation, call, size);
      default -> Optional.empty();
    };
  }

  /** Judge the extents that a layer gave. */
  static Optional<BrokenRule> ofExtents(String operation, Call call, long size) {
    List<Extent> extents = call.extents.stream().filter(extent -> extent.length() != 0).toList();
    String rule = null;
    if (extents.isEmpty()) {
      rule = "E-4";
    } else {
      Extent first = extents.getFirst();
      if (call.offset < first.offset() || call.offset >= first.offset() + first.length()) {
        rule = "E-2";
      }
      long at = first.offset();
      for (Extent extent : extents) {
        if (rule == null && extent.offset() != at) {
          rule = "E-3";
        }
        at = extent.offset() + extent.length();
        if (rule == null && (extent.length() < 0 || at > size)) {
          rule = "E-4";
        }
      }
    }
    return rule == null
        ? Optional.empty()
        : Optional.of(
            new BrokenRule(
                rule,
                "%s: the layer gave %s; the export has %d bytes"
                    .formatted(operation, extents, size)));
  }
}
