package nbdj.runtime.server;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Writes metrics in the text format of Prometheus. */
final class PrometheusText {
  private final StringBuilder text = new StringBuilder();
  private final ServerMetrics metrics;

  PrometheusText(ServerMetrics metrics) {
    this.metrics = metrics;
    connections(metrics.connections());
    each("nbdj_requests_total", "Requests answered.", ServerMetrics.Command::requests);
    each("nbdj_request_errors_total", "Requests failed or refused.", ServerMetrics.Command::errors);
    each(
        "nbdj_request_bytes_total",
        "Bytes of requests that succeeded.",
        ServerMetrics.Command::bytes);
    head("nbdj_request_bytes_in_flight", "gauge", "Bytes of the reads and writes that run now.");
    line("nbdj_request_bytes_in_flight", "", metrics.bytesInFlight());
    sent(metrics.readSources());
    received(metrics.writeTargets());
    durations();
  }

  private void received(ServerMetrics.WriteTargets targets) {
    String name = "nbdj_write_bytes_total";
    head(name, "counter", "Bytes that were written, by where they were received.");
    line(name, "{to=\"buffer\"}", targets.buffers());
    line(name, "{to=\"memory\"}", targets.memory());
    line(name, "{to=\"file\"}", targets.files());
  }

  private void sent(ServerMetrics.ReadSources sources) {
    String name = "nbdj_read_bytes_total";
    head(name, "counter", "Bytes that answered reads, by where they came from.");
    line(name, "{from=\"buffer\"}", sources.buffers());
    line(name, "{from=\"memory\"}", sources.memory());
    line(name, "{from=\"file\"}", sources.files());
    line(name, "{from=\"hole\"}", sources.holes());
    head("nbdj_sends_total", "counter", "Calls that sent something to a client.");
    line("nbdj_sends_total", "", metrics.sends());
  }

  private void connections(ServerMetrics.Connections connections) {
    head("nbdj_connections", "gauge", "Connections now.");
    line("nbdj_connections", "", connections.open());
    head("nbdj_connections_accepted_total", "counter", "Connections so far.");
    line("nbdj_connections_accepted_total", "", connections.accepted());
    head("nbdj_connections_turned_away_total", "counter", "Clients for whom there was no room.");
    line("nbdj_connections_turned_away_total", "", connections.turnedAway());
  }

  private void each(String name, String help, Function<ServerMetrics.Command, Long> value) {
    head(name, "counter", help);
    for (ServerMetrics.Command command : metrics.commands()) {
      line(name, labels(command, ""), value.apply(command));
    }
  }

  private void durations() {
    String name = "nbdj_request_duration_seconds";
    head(name, "histogram", "Time from a request's arrival to its answer.");
    List<Duration> bounds = ServerMetrics.bounds();
    for (ServerMetrics.Command command : metrics.commands()) {
      long sum = 0;
      for (int i = 0; i < bounds.size(); i++) {
        sum += command.buckets().get(i);
        line(name + "_bucket", labels(command, seconds(bounds.get(i))), sum);
      }
      line(name + "_bucket", labels(command, "+Inf"), command.requests());
      text.append(name)
          .append("_sum")
          .append(labels(command, ""))
          .append(' ')
          .append(seconds(command.time()))
          .append('\n');
      line(name + "_count", labels(command, ""), command.requests());
    }
  }

  private static String labels(ServerMetrics.Command command, String bound) {
    String name = "command=\"" + command.name().replace(' ', '_') + "\"";
    return bound.isEmpty() ? "{" + name + "}" : "{" + name + ",le=\"" + bound + "\"}";
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros().toPlainString();
  }

  private void head(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(String name, String labels, long value) {
    text.append(name).append(labels).append(' ').append(value).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
