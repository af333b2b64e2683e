package nbdj.api;

import java.io.IOException;

/**
 * A parameter or combination of parameters that cannot be: the person who started the server must
 * mend the command.
 *
 * <p>The server puts the layer, key and value in front of the message: {@code memory: size=12Q: not
 * a size (try 64M, 1G)}. The message is one sentence; further lines, after a line feed, may show
 * where it went wrong, such as a place in a file.
 *
 * @since 0.1
 */
public class ConfigException extends IOException {
  private static final long serialVersionUID = 1;

  /** Make a failure with a message that says what would be right. */
  public ConfigException(String message) {
    super(message);
  }

  /** Make a failure with a message that says what would be right, and what caused it. */
  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
