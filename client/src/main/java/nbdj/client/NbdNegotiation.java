package nbdj.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A handshake, option by option, for who wants to ask a server more than {@link NbdClient#connect}
 * does.
 *
 * <pre>{@code
 * try (NbdNegotiation negotiation = NbdClient.builder().negotiate(uri)) {
 *   List<ListedExport> exports = negotiation.list();
 *   try (NbdClient client = negotiation.go(exports.getFirst().name())) { ... }
 * }
 * }</pre>
 *
 * <p>It ends with {@link #go}, {@link #exportName} or {@link #close}; after any exception but
 * {@link NbdRefusedException} nothing but {@link #close} is of use. For one thread. Each option is
 * waited for as long as the builder's timeout says.
 *
 * @since 0.1
 */
public final class NbdNegotiation implements AutoCloseable {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final NbdClientBuilder settings;
  private final Link link;
  private final String place;
  private final Options options;
  private final boolean noZeroes;
  private Headers headers = Headers.SIMPLE;

  /** The contexts selected last: their numbers, and their names. */
  private Map<Integer, String> contexts = Map.of();

  /** The export for which they were selected. */
  private String contextsFor = "";

  /** Whether the link belongs to somebody else, or is closed. */
  private boolean ended;

  private NbdNegotiation(
      NbdClientBuilder settings, Link link, String place, Options options, boolean noZeroes) {
    this.settings = settings;
    this.link = link;
    this.place = place;
    this.options = options;
    this.noZeroes = noZeroes;
  }

  static NbdNegotiation begin(Address address, NbdClientBuilder settings)
      throws NbdClientException {
    Link link = Connecting.connect(address, Deadline.after(settings.timeout()));
    try {
      Options options = new Options(link, address.place(), settings.timeout());
      boolean noZeroes = options.greet();
      if (address.tls() != null) {
        options.ask(Protocol.OPT_STARTTLS, NOTHING, NbdNegotiation::unexpected);
        options.secure(settings.engine(address, address.tls()));
      }
      return new NbdNegotiation(settings, link, address.place(), options, noZeroes);
    } catch (NbdClientException | RuntimeException | Error e) {
      link.close(e);
      throw e;
    }
  }

  /** Ask for structured replies, which metadata contexts need. */
  public void structuredReplies() throws NbdClientException {
    ask(Protocol.OPT_STRUCTURED_REPLY, NOTHING, NbdNegotiation::unexpected);
    headers = Headers.STRUCTURED;
  }

  /**
   * Ask for extended headers, which are structured replies with lengths of 64 bits. With them
   * exports are opened by {@link #go} only.
   */
  public void extendedHeaders() throws NbdClientException {
    ask(Protocol.OPT_EXTENDED_HEADERS, NOTHING, NbdNegotiation::unexpected);
    headers = Headers.EXTENDED;
  }

  /** Ask for the exports. A server need not list all it has. */
  public List<ListedExport> list() throws NbdClientException {
    List<ListedExport> exports = new ArrayList<>();
    ask(
        Protocol.OPT_LIST,
        NOTHING,
        reply -> {
          expect(reply, Protocol.REP_SERVER);
          exports.add(new ListedExport(reply.text(reply.int32()), reply.text()));
        });
    return List.copyOf(exports);
  }

  /** Ask what an export is like, without opening it. */
  public NbdExport info(String exportName) throws NbdClientException {
    return ask(Protocol.OPT_INFO, exportName);
  }

  /**
   * Ask which metadata contexts an export has.
   *
   * @param queries names, or beginnings of names up to a colon; none for all contexts
   */
  public List<String> listMetaContexts(String exportName, String... queries)
      throws NbdClientException {
    List<String> names = new ArrayList<>();
    ask(
        Protocol.OPT_LIST_META_CONTEXT,
        queries(exportName, queries),
        reply -> {
          expect(reply, Protocol.REP_META_CONTEXT);
          reply.int32();
          names.add(reply.text());
        });
    return List.copyOf(names);
  }

  /**
   * Select metadata contexts for an export, about which block status answers then.
   *
   * @return those that the server has of the ones asked for
   */
  public List<String> setMetaContexts(String exportName, String... queries)
      throws NbdClientException {
    contexts = Map.of();
    Map<Integer, String> selected = new LinkedHashMap<>();
    ask(
        Protocol.OPT_SET_META_CONTEXT,
        queries(exportName, queries),
        reply -> {
          expect(reply, Protocol.REP_META_CONTEXT);
          int number = (int) reply.int32();
          if (selected.put(number, reply.text()) != null) {
            throw new NbdProtocolException(
                "the server gave the number %d to two metadata contexts".formatted(number));
          }
        });
    contexts = selected;
    contextsFor = exportName;
    return List.copyOf(selected.values());
  }

  /**
   * Open an export and end the negotiation.
   *
   * @throws NbdRefusedException if there is no such export, or the server does not know NBD_OPT_GO;
   *     the negotiation goes on then
   */
  public NbdClient go(String exportName) throws NbdClientException {
    return client(ask(Protocol.OPT_GO, exportName));
  }

  /**
   * Open an export in the old way, which tells no block sizes and no reason if it is refused: the
   * server closes the connection then.
   */
  public NbdClient exportName(String exportName) throws NbdClientException {
    Address.checkName(exportName);
    checkNotEnded();
    Input input = options.input();
    options.tell(Protocol.OPT_EXPORT_NAME, ByteBuffer.wrap(Text.encode(exportName)));
    NbdExport export =
        options.guarded(
            "NBD_OPT_EXPORT_NAME",
            () -> {
              try {
                long size = input.int64();
                int flags = input.int16();
                input.skip(noZeroes ? 0 : 124);
                Facts facts = new Facts();
                facts.export(size, flags);
                return facts.export(exportName, headers, contextsOf(exportName));
              } catch (EOFException e) {
                throw new NbdDisconnectedException(
                    "%s closed the connection, by which it says that it refuses the export '%s'"
                        .formatted(place, exportName),
                    e);
              }
            });
    return client(export);
  }

  private NbdClient client(NbdExport export) {
    Map<Integer, String> selected = selectedFor(export.name());
    NbdClient client = NbdClient.over(link, place, options.input(), export, selected, settings);
    ended = true;
    return client;
  }

  /** Tell the server that the client leaves, without waiting for its answer, and disconnect. */
  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    try (link) {
      options.tell(Protocol.OPT_ABORT, NOTHING);
    } catch (IOException e) {
      // The server was told as far as it would listen; the link is closed in any case.
    }
  }

  /** Disconnect because of a failure that is reported. */
  void close(Throwable because) {
    if (!ended) {
      ended = true;
      try {
        link.close();
      } catch (IOException e) {
        because.addSuppressed(e);
      }
    }
  }

  private NbdExport ask(int option, String exportName) throws NbdClientException {
    Address.checkName(exportName);
    ByteBuffer wishes =
        ByteBuffer.allocate(8)
            .putShort((short) 3)
            .putShort((short) Protocol.INFO_NAME)
            .putShort((short) Protocol.INFO_DESCRIPTION)
            .putShort((short) Protocol.INFO_BLOCK_SIZE);
    Facts facts = new Facts();
    ask(option, Options.payload(exportName, List.of(wishes.array())), facts::take);
    return facts.export(exportName, headers, contextsOf(exportName));
  }

  private void ask(int option, ByteBuffer payload, Options.Taker taker) throws NbdClientException {
    checkNotEnded();
    options.ask(option, payload, taker);
  }

  private void checkNotEnded() {
    if (ended) {
      throw new IllegalStateException("the negotiation with %s has ended".formatted(place));
    }
  }

  private Map<Integer, String> selectedFor(String exportName) {
    return exportName.equals(contextsFor) ? contexts : Map.of();
  }

  private List<String> contextsOf(String exportName) {
    return List.copyOf(selectedFor(exportName).values());
  }

  private static ByteBuffer queries(String exportName, String... queries) {
    Address.checkName(exportName);
    List<byte[]> parts = new ArrayList<>();
    parts.add(ByteBuffer.allocate(4).putInt(queries.length).array());
    for (String query : queries) {
      byte[] text = Text.encode(query);
      parts.add(ByteBuffer.allocate(4).putInt(text.length).array());
      parts.add(text);
    }
    return Options.payload(exportName, parts);
  }

  static void expect(OptionReply reply, int type) throws NbdProtocolException {
    if (reply.type() != type) {
      unexpected(reply);
    }
  }

  private static void unexpected(OptionReply reply) throws NbdProtocolException {
    throw new NbdProtocolException(
        "the server's reply to %s is of type %d, which is none for it"
            .formatted(Protocol.option(reply.option()), reply.type()));
  }
}
