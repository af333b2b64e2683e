package nbdj.runtime.discovery;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A plugin or filter that cannot be found or loaded.
 *
 * <p>The message is one sentence for the person who asked for it; the cause, if there is one, is
 * for a log.
 */
public final class DiscoveryException extends IOException {
  private static final long serialVersionUID = 1;

  DiscoveryException(String message) {
    super(message);
  }

  DiscoveryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
