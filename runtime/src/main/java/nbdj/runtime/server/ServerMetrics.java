package nbdj.runtime.server;

import java.time.Duration;
import java.util.List;
import nbdj.runtime.protocol.Meter;

/**
 * What a server has counted so far.
 *
 * @param connections its connections, which are always counted
 * @param commands the requests by command; all zero unless the server measures
 * @param bytesInFlight how many bytes the reads and writes that run now are about
 */
public record ServerMetrics(Connections connections, List<Command> commands, long bytesInFlight) {
  /**
   * The connections of a server.
   *
   * @param open how many there are now
   * @param accepted how many there have been
   * @param turnedAway how many clients found no room, or came during the stop
   */
  public record Connections(int open, long accepted, long turnedAway) {}

  /**
   * The requests of one command.
   *
   * @param name read, write, flush, trim, cache, zero, block status, or other for those that do not
   *     exist
   * @param bytes how many bytes the requests that succeeded were about
   * @param errors how many failed or were refused
   * @param time how long all took together, refused ones not counted
   * @param buckets how many took at most as long as each of {@link #bounds}, and longer than the
   *     bound before; the last number is of those that took longer than any. Refused requests took
   *     no time
   */
  public record Command(String name, long bytes, long errors, Duration time, List<Long> buckets) {
    /** Get how many requests there were, with those that failed. */
    public long requests() {
      return buckets.stream().mapToLong(Long::longValue).sum();
    }
  }

  static ServerMetrics of(Connections connections, Meter meter) {
    List<Command> commands =
        meter.commands().stream()
            .map(of -> new Command(of.name(), of.bytes(), of.errors(), of.time(), of.buckets()))
            .toList();
    return new ServerMetrics(connections, commands, meter.bytesInFlight());
  }

  /** Get the bounds of the buckets. */
  public static List<Duration> bounds() {
    return Meter.bounds();
  }

  /** Write them in the text format of Prometheus, version 0.0.4. */
  public String prometheus() {
    return new PrometheusText(this).toString();
  }
}
