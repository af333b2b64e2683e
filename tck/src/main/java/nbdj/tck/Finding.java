package nbdj.tck;

import java.io.IOException;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/** Finds out which rule a layer broke when an operation that was offered failed. */
final class Finding {
  /** The rules of where extents begin, follow and end. */
  private static final List<String> OF_EXTENTS = List.of("E-2", "E-3", "E-4");

  /** The same of metadata contexts. */
  private static final List<String> OF_CONTEXTS = List.of("M-3", "M-4", "M-5");

  private Finding() {}

  /** Get the rule that a callback breaks by failing, or by never returning. */
  static String ruleOf(String callback) {
    return switch (callback) {
      case "parameters" -> "P-8";
      case "load" -> "L-1";
      case "config" -> "L-2";
      case "configComplete", "dump" -> "L-3";
      case "threadModel" -> "L-4";
      case "getReady" -> "L-5";
      case "afterFork" -> "L-6";
      case "preconnect" -> "L-7";
      case "inspect" -> "L-21";
      case "finalize" -> "L-10";
      case "close" -> "L-11";
      case "cleanup" -> "L-12";
      case "unload" -> "L-13";
      case "listExports", "defaultExport" -> "N-4";
      case "open", "prepare" -> "X-4";
      case "size" -> "C-1";
      default ->
          callback.startsWith("can") || callback.equals("isRotational") || isOther(callback)
              ? "C-2"
              : "C-5";
    };
  }

  /** Get the rule that a layer broke with a call that failed. */
  static String ruleOf(Call failed) {
    if (failed.failure instanceof ReadOnlyBufferException) {
      return "W-12";
    }
    String rule = ruleOf(failed.name);
    boolean mayFail = rule.equals("C-5") || rule.equals("X-4");
    return mayFail && isUnchecked(failed.failure) ? "X-3" : rule;
  }

  /** Tell what a call that failed has done. */
  static String describe(Call failed) {
    Throwable thrown = failed.failure;
    if (thrown instanceof ReadOnlyBufferException) {
      return failed + ": the layer wrote to the buffer";
    }
    return isUnchecked(thrown)
        ? "%s: the layer threw %s".formatted(failed, thrown)
        : "%s failed: %s".formatted(failed, thrown == null ? "" : thrown.getMessage());
  }

  /** Tell whether a layer may not throw something whatever happens to it. */
  static boolean isUnchecked(@Nullable Throwable thrown) {
    return thrown != null && !(thrown instanceof IOException);
  }

  private static boolean isOther(String callback) {
    return callback.equals("description")
        || callback.equals("blockSize")
        || callback.equals("metaContexts");
  }

  /** Find that calls which should have returned have not, and tell where they are. */
  static BrokenRule ofStuck(String rule, String what, List<Call> running) {
    String calls =
        running.isEmpty()
            ? "no call of the layer is running"
            : running.stream().map(Call::whereabouts).collect(Collectors.joining("; "));
    return new BrokenRule(
        running.isEmpty() ? rule : ruleOf(running.getLast().name),
        "%s; still running: %s".formatted(what, calls));
  }

  /**
   * Judge a failed operation.
   *
   * @param operation what failed, for people
   * @param calls the calls that reached the layer on its behalf
   * @param size the size of the export
   * @param rule the rule that is broken if nothing worse has happened than a failure
   * @param failure what the caller saw
   */
  static BrokenRule of(
      String operation, List<Call> calls, long size, String rule, Exception failure) {
    for (Call call : calls) {
      Throwable thrown = call.failure;
      if (isUnchecked(thrown)) {
        return new BrokenRule(ruleOf(call), "%s: %s".formatted(operation, describe(call)), thrown);
      }
      // What the server throws at a wrong extent, or at too long an answer, passes through the
      // layer.
      if (thrown == null || !call.extents.isEmpty() || call.answered > call.count) {
        Optional<BrokenRule> broken = ofAnswer(operation, call, size);
        if (broken.isPresent()) {
          return broken.get();
        }
      }
    }
    return new BrokenRule(
        usesWhatHasEnded(failure) ? "O-1" : rule,
        "%s was offered and failed: %s".formatted(operation, failure.getMessage()),
        failure);
  }

  /** Tell whether a filter has used a handle of the layer below that its connection has closed. */
  private static boolean usesWhatHasEnded(Exception failure) {
    return NbdException.errorOf(failure) == NbdError.ESHUTDOWN
        && String.valueOf(failure.getMessage()).matches("the handle of .* is closed");
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
      case "write" ->
          call.answered == call.count
              ? Optional.empty()
              : Optional.of(
                  new BrokenRule(
                      "S-1",
                      "%s: the layer took %d bytes of %d"
                          .formatted(operation, call.answered, call.count)));
      case "extents", "metaExtents" -> ofExtents(operation, call, size);
      default -> Optional.empty();
    };
  }

  /** Judge the extents that a layer gave. */
  static Optional<BrokenRule> ofExtents(String operation, Call call, long size) {
    List<Span> extents = call.extents.stream().filter(extent -> extent.length() != 0).toList();
    List<String> rules = call.name.equals("metaExtents") ? OF_CONTEXTS : OF_EXTENTS;
    String rule = null;
    if (extents.isEmpty()) {
      rule = rules.get(2);
    } else {
      Span first = extents.getFirst();
      if (call.offset < first.offset() || call.offset >= first.offset() + first.length()) {
        rule = rules.get(0);
      }
      long at = first.offset();
      for (Span extent : extents) {
        if (rule == null && extent.offset() != at) {
          rule = rules.get(1);
        }
        at = extent.offset() + extent.length();
        if (rule == null && (extent.length() < 0 || at > size)) {
          rule = rules.get(2);
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
