package nbdj.tck.blackbox;

import java.util.List;
import java.util.Set;
import nbdj.client.CommandFlag;
import nbdj.client.ExportFlag;
import nbdj.client.Extent;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import nbdj.client.NbdExport;
import nbdj.client.NbdProtocolException;
import nbdj.client.NbdServerException;
import nbdj.tck.Breach;
import nbdj.tck.Range;

/**
 * An export seen through a client. What must succeed and does not is a finding, and so is what must
 * be refused and is not. As safe for many threads as {@link NbdClient}.
 */
final class Disk {
  /** An operation on the export. */
  @FunctionalInterface
  interface Operation {
    void on(NbdClient client) throws NbdClientException;
  }

  /** An operation on the export that has a result. */
  @FunctionalInterface
  interface Question<T> {
    T of(NbdClient client) throws NbdClientException;
  }

  private static final String ERRORS = "Error values";

  private final NbdClient client;

  Disk(NbdClient client) {
    this.client = client;
  }

  /** Get the client itself, for operations that may fail. */
  NbdClient client() {
    return client;
  }

  NbdExport export() {
    return client.export();
  }

  long size() {
    return client.size();
  }

  boolean has(ExportFlag flag) {
    return export().has(flag);
  }

  byte[] read(long offset, int count, CommandFlag... flags) {
    return ask(
        "read of %d bytes at %d".formatted(count, offset), c -> c.read(offset, count, flags));
  }

  byte[] read(Range range) {
    return read(range.offset(), (int) range.length());
  }

  void write(byte[] bytes, long offset, CommandFlag... flags) {
    attempt(
        "write of %d bytes at %d with %s".formatted(bytes.length, offset, List.of(flags)),
        c -> c.write(bytes, offset, flags));
  }

  void flush() {
    attempt("flush", NbdClient::flush);
  }

  void trim(Range range, CommandFlag... flags) {
    attempt(
        "trim of %s with %s".formatted(range, List.of(flags)),
        c -> c.trim(range.offset(), range.length(), flags));
  }

  void zero(Range range, CommandFlag... flags) {
    attempt(
        "write zeroes of %s with %s".formatted(range, List.of(flags)),
        c -> c.writeZeroes(range.offset(), range.length(), flags));
  }

  void cache(Range range) {
    attempt("cache of " + range, c -> c.cache(range.offset(), range.length()));
  }

  List<Extent> allocation(Range range) {
    return ask("block status of " + range, c -> c.allocation(range.offset(), range.length()));
  }

  /** Do what must succeed. */
  void attempt(String name, Operation operation) {
    ask(
        name,
        c -> {
          operation.on(c);
          return true;
        });
  }

  /** Ask what must be answered. */
  <T> T ask(String name, Question<T> question) {
    try {
      return question.of(client);
    } catch (NbdServerException e) {
      throw Breach.of("C-5", "%s was offered and failed: %s".formatted(name, e.getMessage()), e);
    } catch (NbdClientException e) {
      throw finding(name, e);
    }
  }

  /** Turn the end of a connection into a finding. */
  static AssertionError finding(String name, NbdClientException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NbdProtocolException violation) {
        return new BrokenClause("Transmission phase", violation.getMessage(), failure);
      }
    }
    return Breach.of("C-5", "%s: %s".formatted(name, failure.getMessage()), failure);
  }

  /**
   * Check that an operation is refused, and that the connection goes on afterwards.
   *
   * @param rule the rule that is broken if it is served
   * @param errors the names of the errors by which it may be refused; any if there are none
   */
  void refused(String rule, String name, Set<String> errors, Operation operation) {
    if (!isRefused(name, errors, operation)) {
      throw Breach.of(rule, name + " was not refused");
    }
  }

  /** Check that an operation is refused as the specification has it. */
  void refused(String name, Set<String> errors, Operation operation) {
    if (!isRefused(name, errors, operation)) {
      throw new BrokenClause(ERRORS, name + " was not refused", null);
    }
  }

  private boolean isRefused(String name, Set<String> errors, Operation operation) {
    try {
      operation.on(client);
      return false;
    } catch (NbdServerException e) {
      if (!errors.isEmpty() && !errors.contains(e.errorName())) {
        throw new BrokenClause(
            ERRORS,
            "%s was refused with %s instead of %s".formatted(name, e.errorName(), errors),
            e);
      }
      goesOn(name);
      return true;
    } catch (NbdClientException e) {
      throw new BrokenClause(
          ERRORS,
          "%s must be refused with an error, after which the connection goes on; but %s"
              .formatted(name, e.getMessage()),
          e);
    }
  }

  private void goesOn(String name) {
    if (size() > 0) {
      try {
        client.read(0, 1);
      } catch (NbdClientException e) {
        throw new BrokenClause(
            ERRORS,
            "after %s had been refused, the connection did not go on: %s"
                .formatted(name, e.getMessage()),
            e);
      }
    }
  }
}
