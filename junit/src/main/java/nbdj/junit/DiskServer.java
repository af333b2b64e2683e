package nbdj.junit;

import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import nbdj.api.Filter;
import nbdj.delay.DelayFilter;
import nbdj.error.ErrorFilter;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;

/**
 * One server of a disk, from its start to its stop. A disk has one after another, at the same
 * address: a crash begins another, and so does a fresh content.
 *
 * <p>Safe for use by many threads; stopped once.
 */
final class DiskServer {
  private final NbdServer server;
  private final PowerCutFilter power;
  private final Faults faults;

  /**
   * Start.
   *
   * @param plugin what is served; lives on when the server stops
   * @param socket where it listens
   */
  DiskServer(
      DiskSettings settings, Faults faults, OperationLog log, LastingPlugin plugin, Path socket)
      throws IOException {
    this.faults = faults;
    this.power = new PowerCutFilter(settings.cacheLimit());
    NbdServerBuilder builder =
        NbdServer.builder().filter("log", new RecordingFilter(log, settings.readOnly));
    if (!settings.faultsBelowFilters) {
      addFaults(builder);
    }
    for (Supplier<? extends Filter> filter : settings.filters) {
      builder.filter(filter.get());
    }
    if (settings.faultsBelowFilters) {
      addFaults(builder);
    }
    builder.filter("power", power).plugin(plugin.name(), plugin);
    for (Map.Entry<String, String> parameter : settings.parameters.entrySet()) {
      builder.config(parameter.getKey(), parameter.getValue());
    }
    server =
        builder.exportName(settings.exportName).listen(UnixDomainSocketAddress.of(socket)).start();
  }

  private void addFaults(NbdServerBuilder builder) {
    builder
        .filter("delay", new DelayFilter(faults.delays()))
        .filter("error", new ErrorFilter(faults.errors()));
  }

  URI uri() {
    return server.uri();
  }

  URI uri(String export) {
    return server.uri(export);
  }

  /** Get an export as it is below all filters. */
  Medium medium(String export) throws IOException {
    return power.medium(export);
  }

  /** Cut off all clients. */
  void disconnect() {
    server.disconnectClients();
  }

  /**
   * Stop as a machine does whose power fails: no client hears of anything any more, and what was
   * not flushed is lost.
   */
  Crash crash(Loss loss, long seed) throws IOException {
    // First, so that none of the requests let go here is answered.
    server.disconnectClients();
    faults.delays().suspend();
    try {
      return power.crash(loss, seed);
    } finally {
      // Those too that came in between.
      server.disconnectClients();
      server.stop();
      faults.delays().resume();
    }
  }

  /** Stop; what was written is on the disk. */
  void stop() {
    server.disconnectClients();
    faults.delays().suspend();
    try {
      server.stop();
    } finally {
      faults.delays().resume();
    }
  }
}
