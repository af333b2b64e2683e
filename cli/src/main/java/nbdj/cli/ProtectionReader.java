package nbdj.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import nbdj.api.ConfigException;
import nbdj.api.Values;
import nbdj.runtime.server.TlsMode;

/**
 * Reads from the options of a command what clients are allowed, and how connections are secured.
 */
final class ProtectionReader {
  private static final long LEAST_MEMORY = 64L << 20;
  private static final long MOST_MEMORY = 1L << 40;

  private final OptionValues values;

  ProtectionReader(OptionValues values) {
    this.values = values;
  }

  /** Read the limits. */
  ClientLimits limits() throws UsageException {
    return new ClientLimits(
        values.integer("--threads", 1, 1024),
        values.integer("--max-connections", 1, 1_000_000),
        values.integer("--max-options", 1, 1_000_000),
        values.parsed("--timeout", ProtectionReader::positive),
        values.parsed("--idle-timeout", Values::duration),
        values.parsed("--stall-timeout", Values::duration),
        values.parsed("--request-memory", ProtectionReader::memory),
        values.parsed("--connection-memory", ProtectionReader::memory));
  }

  private static Duration positive(String text) throws ConfigException {
    Duration duration = Values.duration(text);
    if (!duration.isPositive()) {
      throw new ConfigException("a handshake takes some time");
    }
    return duration;
  }

  private static long memory(String text) throws ConfigException {
    long bytes = Values.size(text);
    if (bytes < LEAST_MEMORY || bytes > MOST_MEMORY) {
      throw new ConfigException("must be from 64M, the longest request, to 1T");
    }
    return bytes;
  }

  /** Read whether connections are encrypted. */
  Tls tls(Manners manners) throws UsageException {
    Optional<String> said = values.text("--tls");
    TlsMode mode =
        switch (said.orElse(manners.encryptsWhereItCan() ? "on" : "off")) {
          case "off" -> TlsMode.OFF;
          case "on" -> TlsMode.ON;
          case "require" -> TlsMode.REQUIRE;
          default ->
              throw new UsageException(
                  "--tls %s: must be off, on or require".formatted(said.orElse("")));
        };
    boolean asked = said.isPresent();
    for (String option : List.of("--tls-certificates", "--tls-verify-peer")) {
      asked |= values.has(option);
      if (mode == TlsMode.OFF && values.has(option) && !manners.encryptsWhereItCan()) {
        throw new UsageException(option + " needs --tls on or --tls require");
      }
    }
    Tls.Missing missing =
        !manners.encryptsWhereItCan() || mode == TlsMode.REQUIRE
            ? Tls.Missing.FAILS
            : asked ? Tls.Missing.WARNS : Tls.Missing.IS_FINE;
    return new Tls(
        mode, values.path("--tls-certificates"), values.flag("--tls-verify-peer"), missing);
  }
}
