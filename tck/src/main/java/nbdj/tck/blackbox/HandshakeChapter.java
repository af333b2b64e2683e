package nbdj.tck.blackbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import nbdj.client.ListedExport;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import nbdj.client.NbdExport;
import nbdj.client.NbdNegotiation;
import nbdj.client.NbdRefusedException;
import nbdj.tck.Breach;
import nbdj.tck.Range;
import nbdj.tck.Rule;
import org.junit.jupiter.api.Test;

/** What is told and asked before an export is open. */
abstract class HandshakeChapter extends Chapter {
  private static final String ALLOCATION = "base:allocation";

  /** A question of the handshake. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws NbdClientException;
  }

  HandshakeChapter(BlackBox box) {
    super(box);
  }

  private NbdNegotiation negotiate(Served served) {
    return keep(asked("the greeting", () -> clients().negotiate(served.uri())));
  }

  /** Ask what may be refused, and nothing worse. */
  private static <T> T answered(String name, Question<T> question) throws NbdRefusedException {
    try {
      return question.ask();
    } catch (NbdRefusedException e) {
      throw e;
    } catch (NbdClientException e) {
      throw new BrokenClause("Option haggling", "%s: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** Ask about the export under test, which must not be refused. */
  private <T> T asked(String name, Question<T> question) {
    try {
      return answered(name, question);
    } catch (NbdRefusedException e) {
      throw cannotBeOpened(e);
    }
  }

  @Test
  @Rule({"N-2", "N-1"})
  void listing_names_areAsManyAndAsLongAsAllowed() throws IOException {
    NbdNegotiation negotiation = negotiate(serve());
    List<ListedExport> exports;
    try {
      exports = answered("NBD_OPT_LIST", negotiation::list);
    } catch (NbdRefusedException e) {
      applies(false, "the server lists nothing: " + e.getMessage());
      return;
    }
    if (exports.size() > 10_000) {
      throw Breach.of("N-2", "%d exports are listed".formatted(exports.size()));
    }
    for (ListedExport export : exports) {
      int length = export.name().getBytes(StandardCharsets.UTF_8).length;
      if (length > 4096 || export.name().indexOf('\0') >= 0) {
        throw Breach.of("N-1", "the name '%s' is listed".formatted(export.name()));
      }
    }
  }

  @Test
  @Rule({"C-1", "C-2"})
  void info_andGo_tellTheSame() throws IOException {
    Served served = serve();
    NbdExport told = asked("NBD_OPT_INFO", () -> clients().info(served.uri()));
    NbdExport opened = open(served).export();
    if (told.size() != opened.size()) {
      throw Breach.of(
          "C-1", "NBD_OPT_INFO told %d bytes, NBD_OPT_GO %d".formatted(told.size(), opened.size()));
    }
    if (!told.equals(opened)) {
      throw Breach.of("C-2", "NBD_OPT_INFO told %s, NBD_OPT_GO %s".formatted(told, opened));
    }
  }

  @Test
  @Rule("N-3")
  void noName_opensTheDefaultOrIsRefused() throws IOException {
    NbdNegotiation negotiation = negotiate(serve());
    try {
      answered("NBD_OPT_INFO without a name", () -> negotiation.info(""));
    } catch (NbdRefusedException e) {
      if (box.exportName().isEmpty()) {
        throw Breach.of("N-3", "the default export was refused: " + e.getMessage(), e);
      }
    }
    goesOn(negotiation);
  }

  @Test
  @Rule("X-4")
  void missingExport_isRefusedWithASentence() throws IOException {
    Optional<String> missing = box.missingExport();
    applies(missing.isPresent(), "missingExport() is not known");
    NbdNegotiation negotiation = negotiate(serve());
    try {
      answered("NBD_OPT_INFO", () -> negotiation.info(missing.get()));
    } catch (NbdRefusedException e) {
      if (e.serverText().isBlank() || e.serverText().contains("\\u{a}")) {
        throw Breach.of("X-6", "the message of a refusal is '%s'".formatted(e.serverText()), e);
      }
      goesOn(negotiation);
      return;
    }
    throw Breach.of("X-4", "the export '%s' was not refused".formatted(missing.get()));
  }

  /** Check that the export can be opened after all that was refused before. */
  private void goesOn(NbdNegotiation negotiation) {
    keep(asked("NBD_OPT_GO", () -> negotiation.go(box.exportName()))::abort);
  }

  @Test
  void exportNameOption_opensTheSame() throws IOException {
    Served served = serve();
    long size = asked("NBD_OPT_INFO", () -> clients().info(served.uri())).size();
    NbdNegotiation negotiation = negotiate(served);
    NbdClient client = asked("NBD_OPT_EXPORT_NAME", () -> negotiation.exportName(box.exportName()));
    keep(client::abort);
    if (client.size() != size) {
      throw new BrokenClause(
          "Option types",
          "NBD_OPT_EXPORT_NAME told %d bytes, NBD_OPT_INFO %d".formatted(client.size(), size),
          null);
    }
    new Disk(client).read(0, size == 0 ? 0 : 1);
  }

  @Test
  void contextSelected_withoutStructuredReplies_isRefused() throws IOException {
    NbdNegotiation negotiation = negotiate(serve());
    try {
      answered(
          "NBD_OPT_SET_META_CONTEXT",
          () -> negotiation.setMetaContexts(box.exportName(), ALLOCATION));
    } catch (NbdRefusedException e) {
      goesOn(negotiation);
      return;
    }
    throw new BrokenClause(
        "Option types",
        "NBD_OPT_SET_META_CONTEXT was granted though structured replies were not agreed on",
        null);
  }

  @Test
  void allocationContext_isListedAndSelectedAlike() throws IOException {
    NbdNegotiation negotiation = negotiate(serve());
    List<String> listed;
    List<String> selected;
    try {
      answered(
          "NBD_OPT_STRUCTURED_REPLY",
          () -> {
            negotiation.structuredReplies();
            return true;
          });
      listed =
          answered(
              "NBD_OPT_LIST_META_CONTEXT", () -> negotiation.listMetaContexts(box.exportName()));
      selected =
          answered(
              "NBD_OPT_SET_META_CONTEXT",
              () -> negotiation.setMetaContexts(box.exportName(), ALLOCATION, "none:such"));
    } catch (NbdRefusedException e) {
      applies(false, "the server has no metadata contexts: " + e.getMessage());
      return;
    }
    if (selected.contains("none:such")
        || listed.contains(ALLOCATION) != selected.contains(ALLOCATION)) {
      throw new BrokenClause(
          "Metadata querying",
          "of %s and none:such, %s were selected though %s are listed"
              .formatted(ALLOCATION, selected, listed),
          null);
    }
    goesOn(negotiation);
  }

  @Test
  @Rule("O-2")
  void clientsThatLeaveBeforeTheyOpen_doNoHarm() throws IOException {
    Served served = serve();
    Optional<Disk> open = served.takesTurns() ? Optional.empty() : Optional.of(open(served));
    for (int i = 0; i < 3; i++) {
      NbdNegotiation negotiation = negotiate(served);
      asked("NBD_OPT_INFO", () -> negotiation.info(box.exportName()));
      negotiation.close();
    }
    Disk disk = open.orElseGet(() -> open(served));
    Range head = new Range(0, Math.min(disk.size(), 4096));
    try {
      disk.read(head);
    } catch (AssertionError e) {
      throw Breach.of("O-2", "after others asked about the export and left: " + e.getMessage(), e);
    }
  }

  @Test
  void garbage_insteadOfAnOption_endsThatClientAlone() throws IOException {
    Served served = serve();
    try (RawSocket socket = connectRaw(served)) {
      socket.greet();
      socket.send(new byte[64]);
      socket.awaitEnd();
    }
    try (NbdNegotiation negotiation = negotiate(served)) {
      asked("NBD_OPT_INFO", () -> negotiation.info(box.exportName()));
    }
  }
}
