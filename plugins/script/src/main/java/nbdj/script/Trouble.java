package nbdj.script;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says where in a script something went wrong: {@code Disk.java:17: ArithmeticException: / by
 * zero}.
 *
 * <p>An {@link IOException} is the script's own way to fail, and stays as it is. Safe for use by
 * many threads.
 */
final class Trouble {
  private final Logger log;
  private final Source source;
  private final ClassLoader loader;

  /** The places logged so far, each with the kind of failure: bounded by the script's length. */
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  Trouble(Source source, ClassLoader loader) {
    this(source, loader, LoggerFactory.getLogger(Trouble.class));
  }

  /** Log elsewhere. */
  Trouble(Source source, ClassLoader loader, Logger log) {
    this.source = source;
    this.loader = loader;
    this.log = log;
  }

  /** Make the failure of a callback that starts or stops the server, which logs it. */
  IOException atStart(Throwable thrown) {
    Throwable own = unwrapped(thrown);
    return own instanceof IOException said ? said : new IOException(text(own), own);
  }

  /**
   * Make the failure that a client sees, and log it: loudly the first time at a place, at debug
   * level from then on, so that a client cannot fill a disk by repeating a request.
   */
  IOException inService(Throwable thrown) {
    Throwable own = unwrapped(thrown);
    if (own instanceof IOException said) {
      return said;
    }
    String text = text(own);
    if (logged.add(place(own) + own.getClass().getName())) {
      log.error("script: {}", text);
      log.debug("script: where that was thrown", own);
    } else {
      log.debug("script: {}", text);
    }
    return new NbdException(NbdError.EIO, text, own);
  }

  private String text(Throwable thrown) {
    String message = messageOf(thrown).strip().replaceAll("\\R\\s*", " ");
    String kind = thrown.getClass().getSimpleName();
    return "%s: %s%s".formatted(place(thrown), kind, message.isEmpty() ? "" : ": " + message);
  }

  private static String messageOf(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null ? "" : message;
    } catch (RuntimeException e) {
      return "its message cannot be had: " + e.getClass().getName();
    }
  }

  /** Get the file, with the innermost line of it that the failure came through. */
  private String place(Throwable thrown) {
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (isOfScript(frame)) {
        return source.file() + ":" + frame.getLineNumber();
      }
    }
    return source.file();
  }

  private boolean isOfScript(StackTraceElement frame) {
    return frame.getLineNumber() > 0
        && (source.className() + ".java").equals(frame.getFileName())
        && String.valueOf(loader.getName()).equals(frame.getClassLoaderName());
  }

  /** Get what the script threw, without what reflection and class initialisation put around it. */
  private static Throwable unwrapped(Throwable thrown) {
    boolean wrapper =
        thrown instanceof InvocationTargetException
            || thrown instanceof UndeclaredThrowableException
            || thrown instanceof ExceptionInInitializerError;
    return wrapper && thrown.getCause() != null ? unwrapped(thrown.getCause()) : thrown;
  }
}
