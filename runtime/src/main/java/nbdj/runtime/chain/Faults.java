package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containment of one layer: turns whatever its code throws or gets wrong into a failure of one
 * request, and says so in the log.
 *
 * <p>Each kind of fault is logged loudly once and at debug level from then on, so that a client
 * cannot fill a disk by repeating a request. Safe for use by many threads.
 */
final class Faults {
  private final Logger log;
  private final String layer;
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  Faults(String layer) {
    this(layer, LoggerFactory.getLogger(Faults.class));
  }

  /** Log elsewhere. */
  Faults(String layer, Logger log) {
    this.layer = layer;
    this.log = log;
  }

  /**
   * Make the failure that a client sees of what a call threw (rules ).
   *
   * @param call the name of the call, for the log
   */
  NbdException contain(String call, Throwable thrown) {
    try {
      if (thrown instanceof NbdException failure && hasError(failure)) {
        return failure;
      }
      if (thrown instanceof IOException failure) {
        return contained(call, failure);
      }
      return faulty(call, thrown);
    } catch (OutOfMemoryError | StackOverflowError e) {
      // No room even for the log: the request fails all the same.
      NbdException failure = new NbdException(NbdError.EIO, "the layer failed", thrown);
      failure.addSuppressed(e);
      return failure;
    }
  }

  /** Log that the layer broke a rule, and make the failure that the request ends with. */
  NbdException violation(String rule, String what) {
    return violation(NbdError.EIO, rule, what);
  }

  /** Log that the layer broke a rule, and make the failure with an error of its own. */
  NbdException violation(NbdError error, String rule, String what) {
    note(rule, what);
    return new NbdException(error, what + " (rule " + rule + ")");
  }

  /** Log that the layer broke a rule in a way that the server can mend. */
  void note(String rule, String what) {
    if (logged.add(rule)) {
      log.error("{}: {} (rule {})", layer, what, rule);
    } else {
      log.debug("{}: {} (rule {})", layer, what, rule);
    }
  }

  /**
   * Describe a failure to people, even one whose message is missing or cannot be had. Control
   * characters are escaped: a message may repeat what a client has sent.
   */
  static String describe(Throwable thrown) {
    return printable(describeAsIs(thrown), "");
  }

  /**
   * Describe a failure of the start, which no client has a part in, to the person who started the
   * server: lines stay lines.
   */
  static String describeLines(Throwable thrown) {
    return printable(describeAsIs(thrown), "\n\t");
  }

  /** Escape control characters but for those to keep. */
  private static String printable(String text, String kept) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && kept.indexOf(c) < 0) {
        escaped.append("\\u%04x".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String describeAsIs(Throwable thrown) {
    String message = messageOf(thrown);
    if (message == null || message.isBlank()) {
      return thrown.getClass().getName();
    }
    // The message of these is only a file name.
    boolean terse = thrown instanceof FileSystemException;
    boolean stranger = !(thrown instanceof IOException);
    return terse
        ? thrown.getClass().getSimpleName() + ": " + message
        : stranger ? thrown.getClass().getName() + ": " + message : message;
  }

  private static @Nullable String messageOf(Throwable thrown) {
    try {
      return thrown.getMessage();
    } catch (RuntimeException e) {
      return "its message cannot be had: " + e.getClass().getName();
    }
  }

  private boolean hasError(NbdException failure) {
    try {
      // A layer compiled without checks can construct one with null.
      NbdError error = failure.error();
      return error != null;
    } catch (RuntimeException e) {
      log.debug("{}: the error of {} cannot be had", layer, failure.getClass().getName(), e);
      return false;
    }
  }

  private NbdException contained(String call, IOException failure) {
    String message = describe(failure);
    if (logged.add(call + " " + failure.getClass().getName())) {
      log.warn("{}: {} failed: {}", layer, call, message);
    } else {
      log.debug("{}: {} failed: {}", layer, call, message, failure);
    }
    return new NbdException(NbdError.EIO, message, failure);
  }

  private NbdException faulty(String call, Throwable thrown) {
    String message = describe(thrown);
    if (logged.add(call + " " + thrown.getClass().getName())) {
      log.error("{}: {} threw {} (rule X-3)", layer, call, message, thrown);
    } else {
      log.debug("{}: {} threw {} (rule X-3)", layer, call, message, thrown);
    }
    return new NbdException(NbdError.EIO, call + " threw " + message, thrown);
  }
}
