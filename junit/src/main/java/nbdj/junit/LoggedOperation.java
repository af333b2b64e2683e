package nbdj.junit;

import java.util.Optional;
import nbdj.api.Flags;
import nbdj.api.NbdError;

/**
 * An operation of a client, as it was when the log was looked at.
 *
 * @param number its place in the order in which operations began, from 1
 * @param client whose it is: clients are numbered from 1 in the order in which they opened an
 *     export
 * @param operation what was asked for
 * @param offset where its range begins, in bytes; 0 if it has none
 * @param count how many bytes its range has; 0 if it has none
 * @param flags what was asked for besides
 * @param running whether it has not ended yet
 * @param error what it failed with; empty if it did not
 * @since 0.1
 */
public record LoggedOperation(
    long number,
    int client,
    Operation operation,
    long offset,
    long count,
    Flags flags,
    boolean running,
    Optional<NbdError> error) {

  /** Tell it in a line. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder("%5d client %d %s".formatted(number, client, operation));
    if (count > 0) {
      line.append(" %d bytes at %d".formatted(count, offset));
    }
    if (flags != Flags.NONE) {
      line.append(' ').append(flags);
    }
    if (running) {
      line.append(" ...");
    }
    error.ifPresent(failure -> line.append(" -> ").append(failure));
    return line.toString();
  }
}
