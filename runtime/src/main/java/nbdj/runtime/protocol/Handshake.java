package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.runtime.chain.Client;
import nbdj.runtime.transport.TlsLink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The negotiation with one client, in the fixed newstyle. Runs on the connection's thread. */
final class Handshake {
  private static final Logger log = LoggerFactory.getLogger(Handshake.class);

  /** The longest payload of an option, in bytes: what the longest name and some numbers need. */
  private static final int MAX_PAYLOAD = 8 << 10;

  /** The longest payload of an option that holds queries, in bytes. */
  private static final int MAX_QUERIES = 64 << 10;

  /** The longest payload that is skipped to go on; who claims more is dropped. */
  private static final int MAX_SKIPPED = 1 << 20;

  private final String connection;
  private final Input input;
  private final Outbox outbox;
  private final Client client;
  private final Services services;
  private final OptionReplies replies;
  private final Exports exports;
  private final MetaContexts contexts;

  private boolean fixedNewstyle;
  private boolean noZeroes;
  private boolean encrypted;
  private Headers headers = Headers.SIMPLE;
  private boolean listed;
  private long optionsLeft;

  Handshake(String connection, Input input, Outbox outbox, Client client, Services services) {
    this.connection = connection;
    this.input = input;
    this.outbox = outbox;
    this.client = client;
    this.services = services;
    this.optionsLeft = services.limits().options();
    this.replies = new OptionReplies(outbox);
    this.exports = new Exports(client);
    this.contexts = new MetaContexts(replies, exports);
  }

  /**
   * Negotiate until the client has chosen an export or leaves.
   *
   * @return the terms, or nothing if the client left in good order
   * @throws IOException if the client is to be dropped
   */
  Optional<Terms> negotiate() throws IOException {
    int offered = (Wire.FIXED_NEWSTYLE | Wire.NO_ZEROES) & services.dialect().handshakeFlags();
    outbox.bytes().putLong(Wire.GREETING).putLong(Wire.OPTION_MAGIC).putShort((short) offered);
    outbox.flush();
    if (!input.fill(4)) {
      return Optional.empty();
    }
    int flags = input.bytes().getInt();
    if ((flags & ~offered) != 0) {
      throw new IOException("the client sent unknown flags 0x%x".formatted(flags));
    }
    fixedNewstyle = (flags & Wire.FIXED_NEWSTYLE) != 0;
    noZeroes = (flags & Wire.NO_ZEROES) != 0;
    while (true) {
      if (input.available() < Wire.OPTION_HEADER) {
        outbox.flush();
      }
      if (!input.fill(Wire.OPTION_HEADER)) {
        return Optional.empty();
      }
      long magic = input.bytes().getLong();
      int option = input.bytes().getInt();
      long length = input.bytes().getInt() & 0xffff_ffffL;
      if (magic != Wire.OPTION_MAGIC) {
        throw new IOException("bad option magic 0x%x".formatted(magic));
      }
      if (--optionsLeft < 0) {
        throw new IOException("the client sent too many options");
      }
      if (option == Wire.OPT_ABORT) {
        replies.acknowledge(option);
        outbox.flush();
        return Optional.empty();
      }
      Optional<Terms> terms = option(option, length);
      if (terms.isPresent()) {
        return terms;
      }
    }
  }

  /** Deal with one option, and leave the stream behind it. */
  private Optional<Terms> option(int option, long length) throws IOException {
    OptionPayload payload = new OptionPayload(input, length);
    try {
      requireTls(option);
      if (option == Wire.OPT_EXPORT_NAME) {
        return Optional.of(exportName(payload, length));
      }
      if (option == Wire.OPT_SET_META_CONTEXT) {
        contexts.clear();
      }
      limit(option, length);
      if (!services.dialect().speaks(option)) {
        throw unsupported(option);
      }
      return answer(option, payload);
    } catch (OptionException e) {
      log.debug("{}: option {}: {}", connection, option, Text.printable(Text.of(e)));
      if (option == Wire.OPT_EXPORT_NAME) {
        throw new IOException("the export was refused: " + Text.of(e), e);
      }
      replies.error(option, e.replyType(), Text.of(e));
      if (length > MAX_SKIPPED) {
        outbox.flush();
        throw new IOException("an option of %d bytes is too long".formatted(length), e);
      }
      if (payload.left() > input.available()) {
        outbox.flush();
      }
      payload.skip();
      return Optional.empty();
    }
  }

  private static void limit(int option, long length) throws OptionException {
    boolean queries = option == Wire.OPT_LIST_META_CONTEXT || option == Wire.OPT_SET_META_CONTEXT;
    int most = queries ? MAX_QUERIES : MAX_PAYLOAD;
    if (length > most) {
      throw new OptionException(
          Wire.REP_ERR_TOO_BIG, "%d bytes are more than the %d allowed".formatted(length, most));
    }
  }

  private Optional<Terms> answer(int option, OptionPayload payload)
      throws IOException, OptionException {
    switch (option) {
      case Wire.OPT_LIST -> {
        payload.end();
        list();
      }
      case Wire.OPT_STARTTLS -> {
        payload.end();
        startTls();
      }
      case Wire.OPT_INFO -> info(option, payload);
      case Wire.OPT_GO -> {
        return Optional.of(info(option, payload));
      }
      case Wire.OPT_STRUCTURED_REPLY -> {
        payload.end();
        if (headers == Headers.EXTENDED) {
          throw new OptionException(
              Wire.REP_ERR_EXT_HEADER_REQD, "extended headers are agreed on, which hold more");
        }
        agree(option, Headers.STRUCTURED, "structured replies");
      }
      case Wire.OPT_EXTENDED_HEADERS -> {
        payload.end();
        agree(option, Headers.EXTENDED, "extended headers");
      }
      case Wire.OPT_LIST_META_CONTEXT -> contexts.list(payload, headers.chunks());
      case Wire.OPT_SET_META_CONTEXT -> contexts.set(payload, headers.chunks());
      default -> throw unsupported(option);
    }
    return Optional.empty();
  }

  private static OptionException unsupported(int option) {
    return new OptionException(
        Wire.REP_ERR_UNSUP,
        "option %s is not supported".formatted(Integer.toUnsignedString(option)));
  }

  /** Refuse all but STARTTLS where nothing may be said in plain text; ABORT was seen to before. */
  private void requireTls(int option) throws OptionException {
    boolean required = services.tls().isPresent() && services.tls().get().required();
    if (required && !encrypted && option != Wire.OPT_STARTTLS) {
      throw new OptionException(Wire.REP_ERR_TLS_REQD, "the server demands TLS");
    }
  }

  /** Encrypt the connection, and forget all that was said before. */
  private void startTls() throws IOException, OptionException {
    if (services.tls().isEmpty() || !fixedNewstyle) {
      throw new OptionException(Wire.REP_ERR_POLICY, "the server does not offer TLS");
    }
    if (encrypted) {
      throw OptionException.invalid("TLS is in use already");
    }
    replies.acknowledge(Wire.OPT_STARTTLS);
    outbox.flush();
    if (input.available() > 0) {
      // Somebody may have slipped it in: nothing sent in plain text counts from here on.
      throw new IOException("the client sent more before TLS was agreed on");
    }
    exports.release();
    contexts.clear();
    headers = Headers.SIMPLE;
    TlsLink link = TlsLink.secure(outbox.output().link(), services.tls().get().certificates());
    outbox.output().link(link);
    input.link(link);
    client.secure(link.peerName());
    encrypted = true;
    log.debug("{}: encrypted, for {}", connection, link.peerName().orElse("anybody"));
  }

  private void agree(int option, Headers wanted, String what) throws IOException, OptionException {
    if (headers == wanted) {
      throw OptionException.invalid(what + " are agreed on already");
    }
    headers = wanted;
    replies.acknowledge(option);
  }

  private void list() throws IOException, OptionException {
    var list = exports.list();
    if (!listed) {
      listed = true;
      optionsLeft += (long) services.limits().options() * list.size();
    }
    for (Export export : list) {
      replies.server(export.name(), export.description());
    }
    replies.acknowledge(Wire.OPT_LIST);
  }

  private Terms info(int option, OptionPayload payload) throws IOException, OptionException {
    String name = payload.string("an export name");
    boolean wantsName = false;
    boolean wantsDescription = false;
    boolean wantsBlockSize = false;
    for (int left = payload.int16(); left > 0; left--) {
      switch (payload.int16()) {
        case Wire.INFO_NAME -> wantsName = true;
        case Wire.INFO_DESCRIPTION -> wantsDescription = true;
        case Wire.INFO_BLOCK_SIZE -> wantsBlockSize = true;
        default -> {
          // The specification has a server ignore what it does not know.
        }
      }
    }
    payload.end();
    Served export = exports.open(name);
    replies.export(option, export.size(), flags(export));
    if (wantsName) {
      replies.text(option, Wire.INFO_NAME, export.next().exportName());
    }
    if (wantsDescription && export.description().isPresent()) {
      replies.text(option, Wire.INFO_DESCRIPTION, export.description().get());
    }
    if (wantsBlockSize || option == Wire.OPT_GO) {
      replies.blockSize(option, Rules.advertised(export.blockSize()));
    }
    replies.acknowledge(option);
    if (option == Wire.OPT_GO) {
      outbox.flush();
    }
    return terms(export, wantsBlockSize);
  }

  private Terms exportName(OptionPayload payload, long length) throws IOException, OptionException {
    if (headers == Headers.EXTENDED) {
      throw OptionException.invalid("with extended headers exports are opened by NBD_OPT_GO");
    }
    Served export = exports.open(payload.string("an export name", length));
    ByteBuffer reply = outbox.room(10 + 124);
    reply.putLong(export.size()).putShort((short) flags(export));
    if (!noZeroes) {
      reply.put(new byte[124]);
    }
    outbox.flush();
    return terms(export, false);
  }

  private Terms terms(Served export, boolean sizesAsked) {
    return new Terms(export, headers, contexts.selected(export.requestedName()), sizesAsked);
  }

  private int flags(Served export) {
    int flags = export.flags();
    if (headers.chunks()) {
      flags |= Wire.SEND_DF;
    }
    if (headers == Headers.EXTENDED && !contexts.selected(export.requestedName()).isEmpty()) {
      flags |= Wire.BLOCK_STATUS_PAYLOAD;
    }
    return flags;
  }
}
