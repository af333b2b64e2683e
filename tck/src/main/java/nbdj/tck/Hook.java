package nbdj.tck;

import java.io.IOException;

/**
 * Stands before every call that reaches a {@link ReferencePlugin}: it may fail, delay or count it.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Hook {
  /**
   * See a call before it is done.
   *
   * @param operation the name of the callback, for example {@code "open"} or {@code "pwrite"}
   * @throws IOException to have the call fail
   */
  void before(String operation) throws IOException;
}
