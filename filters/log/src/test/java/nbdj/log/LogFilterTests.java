package nbdj.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.client.CommandFlag;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LogFilterTests {
  private static final String TIME =
      "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6} ";

  @TempDir Path folder;

  private final ReferenceDevice device = new ReferenceDevice(1 << 20);
  private volatile boolean failing;

  private NbdServer serve(String... parameters) throws IOException {
    ReferencePlugin plugin =
        new ReferencePlugin(device)
            .withHook(operation -> {
              if (failing && operation.equals("flush")) {
                throw new NbdException(NbdError.ENOSPC, "full");
              }
            });
    NbdServerBuilder builder =
        NbdServer.builder().filter(new LogFilter()).plugin(plugin).privateSocket();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      builder.config(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return builder.start();
  }

  /** Get the lines of the log without their times, which must be there. */
  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> {
          assertTrue(line.matches(TIME + ".*"), line);
          return line.replaceFirst(TIME, "");
        })
        .toList();
  }

  private void useAll(NbdServer server) throws IOException {
    try (NbdClient client = NbdClient.connect(server.uri("a disk"))) {
      client.read(0, 512);
      client.write(new byte[512], 4096, CommandFlag.FUA);
      client.writeZeroes(0, 4096, CommandFlag.FAST_ZERO, CommandFlag.NO_HOLE);
      client.trim(8192, 4096);
      client.cache(0, 512);
      client.blockStatus(0, 8192);
      failing = true;
      assertThrows(NbdServerException.class, client::flush);
      failing = false;
    }
  }

  @Test
  void eachRequest_file_hasALineBeforeAndAfter() throws IOException {
    Path file = folder.resolve("log");
    try (NbdServer server = serve("logfile=" + file)) {
      useAll(server);
    }
    assertEquals(
        List.of(
            "Ready thread_model=3",
            "Fork",
            "Preconnect id=1 readonly=0 ...",
            "...Preconnect id=1 return=0",
            "connection=1 Connect export=\"a disk\" tls=0 size=0x100000 minsize=0x1 prefsize=0x1000"
                + " maxsize=0xffffffff write=1 flush=1 rotational=0 trim=1 zero=2 fua=2 extents=1"
                + " cache=2 fast_zero=1",
            "connection=1 Read id=1 offset=0x0 count=0x200 ...",
            "connection=1 ...Read id=1 return=0",
            "connection=1 Write id=2 offset=0x1000 count=0x200 fua=1 ...",
            "connection=1 ...Write id=2 return=0",
            "connection=1 Zero id=3 offset=0x0 count=0x1000 trim=0 fua=0 fast=1 ...",
            "connection=1 ...Zero id=3 return=0",
            "connection=1 Trim id=4 offset=0x2000 count=0x1000 fua=0 ...",
            "connection=1 ...Trim id=4 return=0",
            "connection=1 Cache id=5 offset=0x0 count=0x200 ...",
            "connection=1 ...Cache id=5 return=0",
            "connection=1 Extents id=6 offset=0x0 count=0x2000 req_one=0 ...",
            "connection=1 ...Extents id=6 extents=(0x0 0x2000 \"\") return=0",
            "connection=1 Flush id=7 ...",
            "connection=1 ...Flush id=7 return=-1 error=ENOSPC",
            "connection=1 Disconnect transactions=7"),
        lines(file));
  }

  @Test
  void metadataContext_file_hasWhatItTold() throws IOException {
    Path file = folder.resolve("log");
    try (NbdServer server = serve("logfile=" + file);
        NbdClient client =
            NbdClient.builder().metaContexts("x-reference:page").connect(server.uri())) {
      client.blockStatus(8192, 4097);
    }
    assertEquals(
        List.of(
            "connection=1 MetaExtents id=1 offset=0x2000 count=0x1001 context=x-reference:page"
                + " req_one=0 ...",
            "connection=1 ...MetaExtents id=1 extents=(0x2000 0x1000 0x2 0x3000 0x1 0x3) return=0"),
        lines(file).stream().filter(line -> line.contains("MetaExtents")).toList());
  }

  @Test
  void listOfExports_file_hasTheirNames() throws IOException {
    Path file = folder.resolve("log");
    try (NbdServer server = serve("logfile=" + file)) {
      NbdClient.builder().list(server.uri());
    }
    List<String> lines = lines(file);
    assertTrue(lines.contains("ListExports id=1 readonly=0 tls=0 ..."), lines::toString);
    assertTrue(lines.contains("...ListExports id=1 exports=(\"\") return=0"), lines::toString);
  }

  @Test
  void fileThatIsThere_beginsAnewOrGoesOn() throws IOException {
    Path file = Files.writeString(folder.resolve("log"), "old\n");
    serve("logfile=" + file, "logappend=true").close();
    assertEquals("old", Files.readAllLines(file).getFirst());
    serve("logfile=" + file).close();
    assertEquals(List.of("Ready thread_model=3", "Fork"), lines(file));
  }

  @Test
  void pipe_isWrittenTo() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Process reader = new ProcessBuilder("head", "-n", "1", pipe.toString()).start();
    serve("logfile=" + pipe).close();
    assertTrue(String.valueOf(reader.inputReader().readLine()).endsWith(" Ready thread_model=3"));
  }

  @Test
  void folderThatIsNotThere_start_isRefused() {
    assertThrows(IOException.class, () -> serve("logfile=" + folder.resolve("none/log")));
  }

  @Test
  void script_runsForEachLineWithItsFields() throws IOException {
    Path out = folder.resolve("out");
    String script = "echo $type $act $connection $id $offset $count $return $error >> " + out;
    try (NbdServer server = serve("logscript=" + script);
        NbdClient client = NbdClient.connect(server.uri())) {
      client.read(512, 512);
      failing = true;
      assertThrows(NbdServerException.class, client::flush);
    }
    List<String> lines = Files.readAllLines(out);
    assertTrue(lines.contains("ENTER Read 1 1 0x200 0x200"), lines::toString);
    assertTrue(lines.contains("LEAVE Read 1 1 0"), lines::toString);
    assertTrue(lines.contains("LEAVE Flush 1 2 -1 ENOSPC"), lines::toString);
    assertEquals("PRINT Ready", lines.getFirst());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain.name-1=/x | plain.name-1=/x",
        "'' | \"\"",
        "two words | \"two words\"",
        "a\"b$c`d\\e | \"a\\\"b\\$c\\`d\\\\e\"",
      })
  void text_isQuotedAsAShellReadsIt(String text, String expected) {
    assertEquals(expected, Fields.quoted(text));
  }

  @Test
  void controlCharacters_stayOnTheLine() {
    assertEquals("$'a\\u000ab\\'\\u001b'", Fields.quoted("a\nb'\u001b"));
  }

  @Test
  void transactionLog_hasRequestsAndRepliesAsOnTheWire() throws IOException {
    Path file = folder.resolve("transactions");
    try (NbdServer server = serve("transactionlog=" + file)) {
      useAll(server);
    }
    ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(file));
    assertRequest(log, 0, 0, 1, 0, 512);
    assertReply(log, 0, 1);
    assertRequest(log, 1, 1, 2, 4096, 512);
    assertReply(log, 0, 2);
    assertRequest(log, 6, 0b10010, 3, 0, 4096);
    assertReply(log, 0, 3);
    assertRequest(log, 4, 0, 4, 8192, 4096);
    assertReply(log, 0, 4);
    assertRequest(log, 5, 0, 5, 0, 512);
    assertReply(log, 0, 5);
    assertRequest(log, 7, 0, 6, 0, 8192);
    assertReply(log, 0, 6);
    assertRequest(log, 3, 0, 7, 0, 0);
    assertReply(log, 28, 7);
    assertEquals(0, log.remaining());
  }

  @Test
  void transactionLogWithData_saysSoAndHasIt() throws IOException {
    Path file = folder.resolve("transactions");
    try (NbdServer server = serve("transactionlog=" + file, "datalog=true");
        NbdClient client = NbdClient.connect(server.uri())) {
      client.write(new byte[] {1, 2, 3}, 7);
    }
    ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(file));
    assertEquals(0x25609514, log.getInt());
    assertEquals(1, log.getInt());
    assertEquals(0, log.getLong());
    assertEquals(0x4A93BA39A54F31B6L, log.getLong());
    assertEquals(1, log.getInt());
    assertRequest(log, 1, 0, 1, 7, 3);
    assertEquals(0x010203, log.get() << 16 | log.get() << 8 | log.get());
    assertReply(log, 0, 1);
    assertEquals(0, log.remaining());
  }

  @Test
  void requestLongerThanTheRecordAllows_transactionLog_hasSeveral() throws IOException {
    Path file = folder.resolve("transactions");
    try (TransactionLog log = new TransactionLog(Output.to(file, false), false)) {
      log.around(TransactionLog.Command.TRIM, 0, 0, 5L << 30, () -> {});
    }
    ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(file));
    assertRequest(log, 4, 0, 1, 0, 0xFFFF_F000);
    assertRequest(log, 4, 0, 2, 0xFFFF_F000L, (int) ((5L << 30) - 0xFFFF_F000L));
    assertReply(log, 0, 1);
    assertReply(log, 0, 2);
  }

  private static void assertRequest(
      ByteBuffer log, int command, int flags, long cookie, long offset, int length) {
    assertEquals(0x25609513, log.getInt());
    assertEquals(flags, log.getShort());
    assertEquals(command, log.getShort());
    assertEquals(cookie, log.getLong());
    assertEquals(offset, log.getLong());
    assertEquals(length, log.getInt());
  }

  private static void assertReply(ByteBuffer log, int error, long cookie) {
    assertEquals(0x67446698, log.getInt());
    assertEquals(error, log.getInt());
    assertEquals(cookie, log.getLong());
  }
}
