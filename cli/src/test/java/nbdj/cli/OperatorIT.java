package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server tells those who run it: messages, metrics, and lines for programs. */
final class OperatorIT {
  @TempDir Path folder;

  @Test
  void logOfAFile_hasWhatAClientSaid_madeHarmless() throws Exception {
    Path disks = Files.createDirectory(folder.resolve("disks"));
    Path log = folder.resolve("log");
    try (ServingProcess server =
        ServingProcess.start("-v", "--name", "disk 1", "--log", log, "file", "dir=" + disks)) {
      Tool.nbdsh(
              server.uri(),
              """
              h.set_export_name('x\\r\\ndisk 1: forged\\x1b[2J\\u202e')
              try:
                  h.connect_unix('%s')
              except nbd.Error as e:
                  print('refused')
              """
                  .formatted(server.socket()))
          .succeeded();
      server.signal("TERM");
      assertEquals(0, server.await());
      assertEquals("", server.errors());
    }
    String text = Files.readString(log);
    assertTrue(text.contains("'x\\u{d}\\u{a}disk 1: forged\\u{1b}[2J\\u{202e}'"), text);
    assertTrue(text.lines().anyMatch(line -> line.startsWith("disk 1: file[1]: debug: ")), text);
    assertFalse(text.lines().anyMatch(line -> line.startsWith("disk 1: forged")), text);
    assertEquals(-1, text.indexOf('\u001b'), text);
    assertEquals(-1, text.indexOf('\u202e'), text);
  }

  @Test
  void debugFlag_tellsOfThatPartAlone() throws Exception {
    try (ServingProcess server = ServingProcess.start("-D", "nbdj.server=1", "memory", "1M")) {
      Tool.run("nbdinfo", server.uri()).succeeded();
      server.signal("TERM");
      assertEquals(0, server.await());
      List<String> lines = server.errors().lines().toList();
      assertTrue(
          lines.stream().anyMatch(line -> line.matches("nbdj: debug: \\S+: stopping")),
          server::toString);
      assertFalse(lines.stream().anyMatch(line -> line.contains("connected")), server::toString);
    }
  }

  @Test
  void unknownDebugFlag_isRefused() throws Exception {
    Tool.nbdj("-D", "memory.frob=1", "memory", "1M")
        .ended(2)
        .hasError("--debug memory.frob: no such flag");
  }

  @Test
  void logThatCannotBe_isRefused() throws Exception {
    Tool.nbdj("--log=here", "memory", "1M")
        .refused(2, "--log here: must be stderr, syslog, null or a path that begins with /");
    Tool.nbdj("--log=/no/such/folder/log", "memory", "1M")
        .refused(1, "--log: cannot open: /no/such/folder/log: no such file or folder");
  }

  @Test
  void failureWithALogElsewhere_isInBothPlaces() throws Exception {
    Path log = folder.resolve("log");
    Tool.nbdj("--log", log, "memory", "1M", "-U", "/no/such/folder/sock")
        .ended(1)
        .hasError("nbdj: ");
    assertTrue(Files.readString(log).startsWith("nbdj: /no/such/folder/sock: "));
  }

  @Test
  void metrics_areServedToThisMachine() throws Exception {
    try (ServingProcess server = ServingProcess.start("memory", "1M", "--metrics", 0)) {
      Tool.nbdsh(
              server.uri(),
              "h.connect_uri(uri); h.pwrite(b'x' * 512, 0); h.pread(512, 0); h.pread(512, 0)")
          .succeeded();
      Matcher address =
          Pattern.compile("metrics: (http://127\\.0\\.0\\.1:\\d+)/metrics")
              .matcher(server.errors());
      assertTrue(address.find(), server::toString);
      try (HttpClient http = HttpClient.newHttpClient()) {
        HttpResponse<String> answer = get(http, address.group(1) + "/metrics");
        assertEquals(200, answer.statusCode());
        assertEquals(
            "text/plain; version=0.0.4; charset=utf-8",
            answer.headers().firstValue("Content-Type").orElse(""));
        for (String line :
            List.of(
                "nbdj_requests_total{command=\"read\"} 2",
                "nbdj_request_bytes_total{command=\"write\"} 512",
                "nbdj_connections_accepted_total 1")) {
          assertTrue(answer.body().contains(line + "\n"), answer::body);
        }
        assertEquals(404, get(http, address.group(1) + "/").statusCode());
      }
      server.signal("TERM");
      assertEquals(0, server.await());
    }
  }

  private static HttpResponse<String> get(HttpClient http, String uri) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void metricsAtAPortInUse_areRefused() throws Exception {
    try (ServingProcess server = ServingProcess.startAt("memory", "1M", "-p", 0)) {
      String port = server.uri().replaceAll(".*:|/", "");
      Tool.nbdj("memory", "1M", "-U", "-", "--metrics", port)
          .refused(1, "--metrics %s: cannot listen: Address already in use".formatted(port));
    }
  }

  @Test
  void dumpConfig_isKeyValueLines() throws Exception {
    Outcome outcome = Tool.nbdj("--dump-config").succeeded();
    assertTrue(
        outcome.out().lines().allMatch(line -> line.matches("[a-z_]+=.*")), outcome::toString);
    assertTrue(outcome.out().contains("name=nbdj\n"), outcome::toString);
    assertTrue(
        outcome.out().contains("binary=" + Tool.launcher().toRealPath() + "\n"), outcome::toString);
  }

  @Test
  void optionLists_areForCompletion() throws Exception {
    List<String> letters = Tool.nbdj("--short-options").succeeded().out().lines().toList();
    assertTrue(letters.containsAll(List.of("-4", "-P", "-U", "-v")), letters::toString);
    assertTrue(letters.stream().allMatch(name -> name.matches("-\\w")), letters::toString);
    List<String> words = Tool.nbdj("--long-options").succeeded().out().lines().toList();
    assertTrue(words.containsAll(List.of("--filter", "--pidfile", "--run")), words::toString);
    assertTrue(words.stream().allMatch(name -> name.startsWith("--")), words::toString);
  }

  @Test
  void clientsOfLessProtocol_areServed() throws Exception {
    String[] commands = {
      "h.set_request_structured_replies(True); h.connect_uri(uri); print(h.get_structured_replies_negotiated())",
      "h.add_meta_context('base:allocation'); h.connect_uri(uri); print(h.can_meta_context('base:allocation'))",
      "h.connect_uri(uri); print(h.get_protocol())"
    };
    String[] options = {"--no-sr", "--no-mc", "--mask-handshake=0"};
    String[] answers = {"False", "False", "newstyle"};
    for (int i = 0; i < options.length; i++) {
      try (ServingProcess server = ServingProcess.start("memory", "1M", options[i])) {
        assertEquals(
            answers[i] + "\n", Tool.nbdsh(server.uri(), commands[i]).succeeded().out(), options[i]);
        server.stop();
      }
    }
  }
}
