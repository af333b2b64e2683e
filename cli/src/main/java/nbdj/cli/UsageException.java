package nbdj.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A command line that cannot be. The message is one sentence for the person who typed it. */
final class UsageException extends IOException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    this(message, null);
  }

  UsageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
