package nbdj.client;

import java.util.Map;

/**
 * A request failed, and the server said so. The connection goes on.
 *
 * @since 0.1
 */
public final class NbdServerException extends NbdClientException {
  private static final long serialVersionUID = 1;

  private static final Map<Integer, String> NAMES =
      Map.of(
          1, "EPERM",
          5, "EIO",
          12, "ENOMEM",
          22, "EINVAL",
          28, "ENOSPC",
          75, "EOVERFLOW",
          95, "ENOTSUP",
          108, "ESHUTDOWN");

  private final String request;
  private final int number;
  private final String serverText;

  NbdServerException(String request, int number, String serverText) {
    super(
        "%s failed with %s%s"
            .formatted(request, nameOf(number), serverText.isEmpty() ? "" : ": " + serverText));
    this.request = request;
    this.number = number;
    this.serverText = serverText;
  }

  private static String nameOf(int number) {
    return NAMES.getOrDefault(number, "error " + Integer.toUnsignedString(number));
  }

  /** Get the number of the error as it was sent; the specification fixes some, EPERM is 1. */
  public int number() {
    return number;
  }

  /** Get the name of the error, for example {@code "ENOSPC"}, or {@code "error 7"}. */
  public String errorName() {
    return nameOf(number);
  }

  /** Get what the server said about it, control characters escaped; {@code ""} if nothing. */
  public String serverText() {
    return serverText;
  }

  @Override
  NbdServerException again() {
    NbdServerException again = new NbdServerException(request, number, serverText);
    again.initCause(this);
    return again;
  }
}
