package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.runtime.chain.Client;
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

  /** How many options a client may send; each export it listed gives it as many more. */
  private static final int MAX_OPTIONS = 32;

  private final String connection;
  private final Input input;
  private final Outbox outbox;
  private final OptionReplies replies;
  private final Exports exports;
  private final MetaContexts contexts;

  private boolean noZeroes;
  private boolean structured;
  private boolean listed;
  private long optionsLeft = MAX_OPTIONS;

  Handshake(String connection, Input input, Outbox outbox, Client client) {
    this.connection = connection;
    this.input = input;
    this.outbox = outbox;
    this.replies = new OptionReplies(outbox);
    this.exports = new Exports(client);
    this.contexts = new MetaContexts(replies);
  }

  /**
   * Negotiate until the client has chosen an export or leaves.
   *
   * @return the terms, or nothing if the client left in good order
   * @throws IOException if the client is to be dropped
   */
  Optional<Terms> negotiate() throws IOException {
    outbox
        .bytes()
        .putLong(Wire.GREETING)
        .putLong(Wire.OPTION_MAGIC)
        .putShort((short) (Wire.FIXED_NEWSTYLE | Wire.NO_ZEROES));
    outbox.flush();
    if (!input.fill(4)) {
      return Optional.empty();
    }
    int flags = input.bytes().getInt();
    if ((flags & ~(Wire.FIXED_NEWSTYLE | Wire.NO_ZEROES)) != 0) {
      throw new IOException("the client sent unknown flags 0x%x".formatted(flags));
    }
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
      if (option == Wire.OPT_EXPORT_NAME) {
        return Optional.of(exportName(payload, length));
      }
      if (option == Wire.OPT_SET_META_CONTEXT) {
        contexts.clear();
      }
      limit(option, length);
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
        throw new OptionException(Wire.REP_ERR_POLICY, "the server does not offer TLS");
      }
      case Wire.OPT_INFO -> info(option, payload);
      case Wire.OPT_GO -> {
        return Optional.of(terms(info(option, payload)));
      }
      case Wire.OPT_STRUCTURED_REPLY -> {
        payload.end();
        if (structured) {
          throw OptionException.invalid("structured replies are agreed on already");
        }
        structured = true;
        replies.acknowledge(option);
      }
      case Wire.OPT_LIST_META_CONTEXT -> contexts.list(payload, structured);
      case Wire.OPT_SET_META_CONTEXT -> contexts.set(payload, structured);
      default ->
          throw new OptionException(
              Wire.REP_ERR_UNSUP,
              "option %s is not supported".formatted(Integer.toUnsignedString(option)));
    }
    return Optional.empty();
  }

  private void list() throws IOException, OptionException {
    var list = exports.list();
    if (!listed) {
      listed = true;
      optionsLeft += (long) MAX_OPTIONS * list.size();
    }
    for (Export export : list) {
      replies.server(export.name(), export.description());
    }
    replies.acknowledge(Wire.OPT_LIST);
  }

  private Served info(int option, OptionPayload payload) throws IOException, OptionException {
    String name = payload.string("an export name");
    boolean wantsName = false;
    boolean wantsDescription = false;
    boolean wantsBlockSize = option == Wire.OPT_GO;
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
    if (wantsBlockSize) {
      replies.blockSize(option, export.blockSize());
    }
    replies.acknowledge(option);
    if (option == Wire.OPT_GO) {
      outbox.flush();
    }
    return export;
  }

  private Terms exportName(OptionPayload payload, long length) throws IOException, OptionException {
    Served export = exports.open(payload.string("an export name", length));
    ByteBuffer reply = outbox.room(10 + 124);
    reply.putLong(export.size()).putShort((short) flags(export));
    if (!noZeroes) {
      reply.put(new byte[124]);
    }
    outbox.flush();
    return terms(export);
  }

  private Terms terms(Served export) {
    return new Terms(export, structured, contexts.selected(export.requestedName()));
  }

  private int flags(Served export) {
    return export.flags() | (structured ? Wire.SEND_DF : 0);
  }
}
