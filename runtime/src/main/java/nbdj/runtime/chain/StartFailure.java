package nbdj.runtime.chain;

import java.io.IOException;
import nbdj.api.ConfigException;
import org.jspecify.annotations.Nullable;

/** Makes the failures of start phases, with the layer's name in front exactly once. */
final class StartFailure {
  private StartFailure() {}

  /** Make the failure of a callback from what it threw. */
  static IOException of(String layer, String callback, Throwable thrown) {
    if (thrown instanceof NamedConfigException || thrown instanceof NamedFailure) {
      // From a layer below, passed up by a filter that called it.
      return (IOException) thrown;
    }
    if (thrown instanceof ConfigException) {
      return new NamedConfigException(layer + ": " + Faults.describeLines(thrown), thrown);
    }
    if (thrown instanceof IOException) {
      return new NamedFailure(layer + ": " + Faults.describe(thrown), thrown);
    }
    return new NamedFailure(layer + ": " + callback + " threw " + Faults.describe(thrown), thrown);
  }

  /** Make the failure of a parameter. */
  static ConfigException config(String message) {
    return new NamedConfigException(message, null);
  }

  /** Make the failure of a parameter that another exception tells of. */
  static ConfigException config(String message, Throwable cause) {
    return new NamedConfigException(message, cause);
  }

  private static final class NamedConfigException extends ConfigException {
    private static final long serialVersionUID = 1;

    NamedConfigException(String message, @Nullable Throwable cause) {
      super(message);
      if (cause != null) {
        initCause(cause);
      }
    }
  }

  private static final class NamedFailure extends IOException {
    private static final long serialVersionUID = 1;

    NamedFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
