package nbdj.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Reads from the options of a command where clients are to be met. */
final class EndpointReader {
  /** The most sockets that can be handed over, as with nbdkit. */
  private static final int MOST_SOCKETS = 16;

  private final OptionValues values;
  private final Manners manners;

  EndpointReader(OptionValues values, Manners manners) {
    this.values = values;
    this.manners = manners;
  }

  /**
   * Read the endpoint.
   *
   * @param activated how many sockets the process was started with; empty if it was not
   * @throws UsageException if options contradict each other
   */
  Endpoint read(OptionalInt activated) throws UsageException {
    List<String> ways = ways();
    if (ways.size() > 1) {
      throw new UsageException("%s and %s exclude each other".formatted(ways.get(0), ways.get(1)));
    }
    if (values.has("--single")) {
      for (String option : List.of("--run", "--print-uri", "--background")) {
        if (values.has(option)) {
          throw new UsageException("--single and %s exclude each other".formatted(option));
        }
      }
    }
    if (activated.isPresent()) {
      return activated(activated.getAsInt(), ways);
    }
    if (values.has("--single")) {
      return new Endpoint.Single();
    }
    Optional<String> unix = values.text("--unix");
    if (unix.isPresent() && !unix.get().equals("-")) {
      return new Endpoint.Unix(OptionValues.path("--unix", unix.get()));
    }
    if (unix.isPresent() || (values.has("--run") && ways.isEmpty())) {
      return new Endpoint.PrivateUnix();
    }
    int port = values.integer("--port", 0, 65535).orElse(Endpoint.NBD_PORT);
    return new Endpoint.Tcp(host(), family(), port);
  }

  private List<String> ways() {
    Optional<String> tcp =
        Stream.of("--port", "--ipaddr", "--ipv4-only", "--ipv6-only")
            .filter(values::has)
            .findFirst();
    return Stream.concat(
            Stream.of("--unix").filter(values::has),
            Stream.concat(tcp.stream(), Stream.of("--single").filter(values::has)))
        .toList();
  }

  private Optional<String> host() throws UsageException {
    Optional<String> host = values.text("--ipaddr");
    return host.isEmpty() && manners.listensEverywhere() ? Optional.of(Addresses.EVERYWHERE) : host;
  }

  private Endpoint.Family family() throws UsageException {
    boolean four = values.flag("--ipv4-only");
    boolean six = values.flag("--ipv6-only");
    if (four && six) {
      throw new UsageException("--ipv4-only and --ipv6-only exclude each other");
    }
    return four ? Endpoint.Family.IPV4 : six ? Endpoint.Family.IPV6 : Endpoint.Family.ANY;
  }

  private Endpoint activated(int sockets, List<String> ways) throws UsageException {
    List<String> refused = new ArrayList<>(ways);
    for (String option : List.of("--run", "--background")) {
      if (values.has(option)) {
        refused.add(option);
      }
    }
    if (!refused.isEmpty()) {
      throw new UsageException(
          refused.getFirst() + " cannot go with a socket that LISTEN_FDS hands over");
    }
    if (sockets < 1 || sockets > MOST_SOCKETS) {
      throw new UsageException(
          "LISTEN_FDS=%d: from 1 to %d sockets can be handed over"
              .formatted(sockets, MOST_SOCKETS));
    }
    return new Endpoint.Activated(sockets);
  }
}
