package nbdj.tck.blackbox;

import java.io.IOException;
import nbdj.tck.blackbox.TinyServer.Lie;
import org.junit.jupiter.api.Test;

/** Servers that lie are found out, each by what it is. */
class LyingServersTests {
  private static final String ERRORS = "\"Error values\"";

  private static Verdict of(Lie... lies) throws IOException {
    try (TinyServer server = new TinyServer(lies)) {
      return Verdict.of(server.uri());
    }
  }

  private static Verdict in(Class<?> chapter, Lie... lies) throws IOException {
    try (TinyServer server = new TinyServer(lies)) {
      return Verdict.of(server.uri(), chapter);
    }
  }

  @Test
  void honestServer_breaksNothing() throws IOException {
    of().breaks();
  }

  @Test
  void readOnlyThatWrites_breaksC4() throws IOException {
    in(BlackBox.Flags.class, Lie.READ_ONLY_BUT_WRITES)
        .breaks("C-4")
        .saying("write was not refused");
  }

  @Test
  void trimNotOfferedButDone_breaksC3() throws IOException {
    in(BlackBox.Flags.class, Lie.NO_TRIM_BUT_TRIMS)
        .breaks("C-3")
        .saying("trim, which is not offered, was not refused");
  }

  @Test
  void shortReads_breakTheProtocol() throws IOException {
    of(Lie.SHORT_READS).breaks("\"Transmission phase\"").saying("but left out 3 bytes");
  }

  @Test
  void hangUpInsteadOfAnError_breaksTheProtocol() throws IOException {
    in(BlackBox.Refusals.class, Lie.HANGS_UP_PAST_THE_END)
        .breaks(ERRORS)
        .saying("a read behind the end must be refused with an error, after which the connection");
  }

  @Test
  void wrongError_breaksTheProtocol() throws IOException {
    in(BlackBox.Refusals.class, Lie.EIO_PAST_THE_END)
        .breaks(ERRORS)
        .saying("was refused with EIO instead of [EINVAL]");
  }

  @Test
  void otherSizeAfterGo_breaksC1() throws IOException {
    in(BlackBox.Handshake.class, Lie.OTHER_SIZE_IN_GO)
        .breaks("C-1")
        .saying("NBD_OPT_INFO told 1049088 bytes");
  }

  @Test
  void otherSizeWithExportName_breaksTheProtocol() throws IOException {
    in(BlackBox.Handshake.class, Lie.OTHER_SIZE_IN_EXPORT_NAME)
        .breaks("\"Option types\"")
        .saying("NBD_OPT_EXPORT_NAME told 1049087 bytes, NBD_OPT_INFO 1049088");
  }

  @Test
  void contextListedButNotSelected_breaksTheProtocol() throws IOException {
    in(BlackBox.Handshake.class, Lie.CONTEXT_LISTED_BUT_NOT_SELECTED)
        .breaks("\"Metadata querying\"")
        .saying("[] were selected though [base:allocation] are listed");
  }

  @Test
  void contextsWithoutStructuredReplies_breakTheProtocol() throws IOException {
    in(BlackBox.Handshake.class, Lie.CONTEXTS_WITHOUT_STRUCTURED_REPLIES)
        .breaks("\"Option types\"")
        .saying("though structured replies were not agreed on");
  }

  @Test
  void multiConnWithCopies_breaksC6() throws IOException {
    of(Lie.OWN_COPY_FOR_EACH_CLIENT).breaks("C-6").saying("on a second connection");
  }

  @Test
  void flushWithoutAnswer_breaksC5() throws IOException {
    try (TinyServer server = new TinyServer(Lie.NEVER_FLUSHES)) {
      Verdict.ofSilent(server.uri(), BlackBox.Flags.class)
          .breaks("C-5")
          .saying("the server did not answer a flush within PT2S");
    }
  }

  @Test
  void twoReplies_breakTheProtocol() throws IOException {
    in(BlackBox.Flags.class, Lie.TWO_REPLIES_TO_FLUSH)
        .breaks("\"Transmission phase\"")
        .saying("which no request under way has");
  }

  @Test
  void simpleRepliesThatDiffer_breakTheProtocol() throws IOException {
    in(BlackBox.Data.class, Lie.OTHER_BYTES_IN_SIMPLE_REPLIES)
        .breaks("\"Request types\"")
        .saying("a read with simple replies has 0x");
  }

  @Test
  void extentPastTheEnd_breaksE4() throws IOException {
    in(BlackBox.Holes.class, Lie.EXTENT_PAST_THE_END)
        .breaks("E-4")
        .saying("ends after the export, at 1049088");
  }

  @Test
  void holesOverData_breakE5() throws IOException {
    of(Lie.HOLES_EVERYWHERE).breaks("E-5").saying("is said to read as zeroes");
  }

  @Test
  void anyNameIsTaken_breaksX4() throws IOException {
    in(BlackBox.Handshake.class, Lie.ANY_NAME)
        .breaks("X-4")
        .saying("the export 'missing' was not refused");
  }

  @Test
  void noDefault_breaksN3() throws IOException {
    in(BlackBox.Handshake.class, Lie.NO_DEFAULT)
        .breaks("N-3")
        .saying("the export '' cannot be opened");
  }

  @Test
  void lostWrite_breaksW2() throws IOException {
    in(BlackBox.Data.class, Lie.LOSES_ODD_WRITES).breaks("W-2").saying("write of 65537 bytes");
  }

  @Test
  void unknownFlagTaken_breaksTheProtocol() throws IOException {
    of(Lie.UNKNOWN_FLAGS_TAKEN).breaks(ERRORS, "C-3").saying("a read with REQ_ONE was not refused");
  }
}
