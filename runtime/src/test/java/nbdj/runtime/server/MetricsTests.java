package nbdj.runtime.server;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server tells of its requests. */
@Timeout(120)
class MetricsTests {
  private static final int SIZE = 1 << 20;

  private static NbdServer server(boolean measure) throws IOException {
    return NbdServer.builder()
        .plugin("ram", new RamPlugin(SIZE))
        .privateSocket()
        .measure(measure)
        .start();
  }

  /** Read twice, write once, fail once in each way, and leave. */
  private static void use(NbdServer server) throws IOException {
    try (RawClient client = new RawClient(server.address())) {
      client.greet().go("");
      client.request(READ, 0, 1, 0, 10);
      assertEquals(0, client.receive(26).getInt(4));
      client.request(READ, 0, 2, 0, 256 << 10);
      assertEquals(0, client.receive(16 + (256 << 10)).getInt(4));
      client.write(0, 3, 7, new byte[100]);
      assertEquals(0, client.receive(16).getInt(4));
      client.request(READ, 0, 4, SIZE, 1);
      assertTrue(client.receive(16).getInt(4) != 0);
      client.request(77, 0, 5, 0, 0);
      assertTrue(client.receive(16).getInt(4) != 0);
      client.request(DISC, 0, 6, 0, 0);
      assertTrue(client.isClosed());
    }
  }

  private static ServerMetrics.Command command(ServerMetrics metrics, String name) {
    return metrics.commands().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  /** Stop the server, after which nothing is counted any more, and get what was. */
  private static ServerMetrics end(NbdServer server) {
    server.stop();
    return server.metrics();
  }

  @Test
  void requests_areCountedByCommand() throws IOException {
    try (NbdServer server = server(true)) {
      use(server);
      ServerMetrics metrics = end(server);
      ServerMetrics.Command reads = command(metrics, "read");
      assertEquals(3, reads.requests());
      assertEquals(1, reads.errors());
      assertEquals(10 + (256 << 10), reads.bytes());
      assertTrue(reads.time().isPositive());
      ServerMetrics.Command writes = command(metrics, "write");
      assertEquals(1, writes.requests());
      assertEquals(0, writes.errors());
      assertEquals(100, writes.bytes());
      assertEquals(1, command(metrics, "other").errors());
      assertEquals(0, metrics.bytesInFlight());
    }
  }

  @Test
  void connections_areCountedWithoutMeasuring_andRequestsAreNot() throws IOException {
    try (NbdServer server = server(false)) {
      use(server);
      try (RawClient client = new RawClient(server.address())) {
        client.greet().go("");
        assertEquals(1, server.metrics().connections().open());
      }
      ServerMetrics metrics = end(server);
      assertEquals(new ServerMetrics.Connections(0, 2, 0), metrics.connections());
      assertEquals(0, metrics.commands().stream().mapToLong(ServerMetrics.Command::requests).sum());
    }
  }

  @Test
  void clients_thatFindNoRoom_areCounted() throws IOException {
    try (NbdServer server =
            NbdServer.builder()
                .plugin("ram", new RamPlugin(SIZE))
                .privateSocket()
                .maxConnections(1)
                .start();
        RawClient first = new RawClient(server.address());
        RawClient second = new RawClient(server.address())) {
      first.greet().go("");
      assertTrue(second.isClosed());
      assertEquals(new ServerMetrics.Connections(1, 1, 1), server.metrics().connections());
    }
  }

  @Test
  void prometheusText_hasEachMetricWithItsType() throws IOException {
    try (NbdServer server = server(true)) {
      use(server);
      String text = end(server).prometheus();
      for (String line :
          List.of(
              "# TYPE nbdj_connections gauge",
              "nbdj_connections 0",
              "nbdj_connections_accepted_total 1",
              "nbdj_connections_turned_away_total 0",
              "# TYPE nbdj_requests_total counter",
              "nbdj_requests_total{command=\"read\"} 3",
              "nbdj_request_errors_total{command=\"read\"} 1",
              "nbdj_request_bytes_total{command=\"write\"} 100",
              "nbdj_requests_total{command=\"block_status\"} 0",
              "nbdj_request_bytes_in_flight 0",
              "# TYPE nbdj_request_duration_seconds histogram",
              "nbdj_request_duration_seconds_bucket{command=\"read\",le=\"+Inf\"} 3",
              "nbdj_request_duration_seconds_bucket{command=\"flush\",le=\"0.00001\"} 0",
              "nbdj_request_duration_seconds_count{command=\"read\"} 3")) {
        assertTrue(text.contains(line + "\n"), () -> line + " is missing in:\n" + text);
      }
      assertEquals(1, text.lines().filter("# TYPE nbdj_requests_total counter"::equals).count());
    }
  }

  @Test
  void flightRecorder_keepsRequests_withWhatTheyWereAbout(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("requests.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("nbdj.Request").withThreshold(Duration.ZERO);
      recording.start();
      try (NbdServer server = server(false)) {
        use(server);
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals("nbdj.Request"))
            .toList();
    assertEquals(3, events.size(), events::toString);
    RecordedEvent write =
        events.stream()
            .filter(e -> e.getString("command").equals("write"))
            .findFirst()
            .orElseThrow();
    assertEquals(7, write.getLong("offset"));
    assertEquals(100, write.getLong("length"));
    assertEquals("", write.getString("error"));
    assertEquals("conn-1 (unix)", write.getString("connection"));
    assertTrue(write.getDuration().toNanos() >= 0);
  }
}
