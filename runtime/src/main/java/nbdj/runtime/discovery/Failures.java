package nbdj.runtime.discovery;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import nbdj.api.Nbdj;

/** Says in words for a person why a bundle cannot be loaded. */
final class Failures {
  private static final Pattern CLASS_VERSION = Pattern.compile("class file version ([0-9]+)");

  /** The class file version of a Java release is the release plus this. */
  private static final int CLASS_VERSION_OF_JAVA_0 = 44;

  private Failures() {}

  /** Say why a file cannot be read. */
  static String reading(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> "no such file";
      case AccessDeniedException e -> "cannot be read: permission denied";
      case NotDirectoryException e -> "not a folder";
      case FileSystemException e -> "cannot be read: " + oneLine(reasonOf(e));
      case ZipException e -> "not a jar: " + oneLine(messageOf(e));
      default -> "cannot be read: " + oneLine(messageOf(failure));
    };
  }

  /** Say why the provider of a bundle cannot be found; none of its code has run. */
  static String opening(Throwable failure) {
    return switch (failure) {
      case ServiceConfigurationError e when e.getCause() instanceof NoSuchMethodException cause ->
          "no public constructor without arguments: " + cause.getMessage();
      case ServiceConfigurationError e when e.getCause() instanceof LinkageError cause ->
          linking(cause);
      case ServiceConfigurationError e -> "META-INF/services/" + oneLine(messageOf(e));
      case LinkageError e -> linking(e);
      default -> "damaged: " + oneLine(failure.toString());
    };
  }

  /** Say why the constructor of a layer has failed. */
  static String starting(Throwable failure) {
    return switch (failure) {
      case ServiceConfigurationError e when e.getCause() != null -> starting(e.getCause());
      case ExceptionInInitializerError e when e.getCause() != null -> starting(e.getCause());
      case LinkageError e -> linking(e);
      default -> "failed while starting: " + oneLine(failure.toString());
    };
  }

  private static String linking(LinkageError failure) {
    String message = messageOf(failure);
    return switch (failure) {
      case UnsupportedClassVersionError e -> newerJava(message);
      case ClassFormatError e -> "holds a damaged class file: " + oneLine(message);
      case NoClassDefFoundError e when message.startsWith("nbdj/api/") ->
          "needs %s, which the API %s of this server does not have: use a newer nbdj"
              .formatted(message.replace('/', '.'), Nbdj.describe(Nbdj.apiVersion()));
      case NoClassDefFoundError e when message.indexOf(' ') < 0 ->
          "missing dependency: " + message.replace('/', '.');
      // A method, field or class of another shape than at compile time; the message names it.
      case IncompatibleClassChangeError e ->
          "a library of another version than it was built with: " + oneLine(message);
      default -> "cannot be linked: " + oneLine(failure.toString());
    };
  }

  private static String newerJava(String message) {
    Matcher version = CLASS_VERSION.matcher(message);
    return version.find()
        ? "built for Java %d, this is Java %d"
            .formatted(
                Integer.parseInt(version.group(1)) - CLASS_VERSION_OF_JAVA_0,
                Runtime.version().feature())
        : "built for a newer Java: " + oneLine(message);
  }

  private static String reasonOf(FileSystemException failure) {
    return Objects.requireNonNullElse(failure.getReason(), failure.getClass().getSimpleName());
  }

  private static String messageOf(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
  }

  /** Cut a message to its first line. */
  private static String oneLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
