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
 * @param readSources where the bytes came from that answered reads
 * @param writeTargets where the bytes of writes were received
 * @param sends how many calls have sent something to a client: several small replies leave in one
 */
public record ServerMetrics(
    Connections connections,
    List<Command> commands,
    long bytesInFlight,
    ReadSources readSources,
    WriteTargets writeTargets,
    long sends) {
  /**
   * Where the bytes of writes were received.
   *
   * @param buffers in buffers of the server, from which layers wrote them
   * @param memory in memory of layers, where they belong, such as the pages of the plugin {@code
   *     memory}
   * @param files in files, into which the kernel moved them
   */
  public record WriteTargets(long buffers, long memory, long files) {}

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

  /**
   * Where the bytes came from that answered reads.
   *
   * @param buffers buffers of the server, into which they were copied
   * @param memory memory that layers lent, such as the pages of the plugin {@code memory}
   * @param files files, from which the kernel sent them
   * @param holes bytes that were not sent, for the client was told that they are zeroes
   */
  public record ReadSources(long buffers, long memory, long files, long holes) {}

  static ServerMetrics of(Connections connections, Meter meter) {
    List<Command> commands =
        meter.commands().stream()
            .map(of -> new Command(of.name(), of.bytes(), of.errors(), of.time(), of.buckets()))
            .toList();
    Meter.Sources sources = meter.sources();
    Meter.Targets targets = meter.targets();
    return new ServerMetrics(
        connections,
        commands,
        meter.bytesInFlight(),
        new ReadSources(sources.buffers(), sources.memory(), sources.files(), sources.holes()),
        new WriteTargets(targets.buffers(), targets.memory(), targets.files()),
        meter.sends());
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
