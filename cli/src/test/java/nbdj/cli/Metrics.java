package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics of a server that was started with {@code --metrics 0}. */
final class Metrics {
  private static final Pattern ADDRESS =
      Pattern.compile("metrics: (http://127\\.0\\.0\\.1:\\d+/metrics)");
  private static final Pattern READ =
      Pattern.compile("nbdj_read_bytes_total\\{from=\"(\\w+)\"\\} ([1-9]\\d*)");
  private static final Pattern WRITTEN =
      Pattern.compile("nbdj_write_bytes_total\\{to=\"(\\w+)\"\\} ([1-9]\\d*)");

  private Metrics() {}

  /** Get how many bytes answered reads, by where they came from; nothing for none. */
  static Map<String, Long> readBytes(ServingProcess server) throws Exception {
    return find(READ, server);
  }

  /** Get how many bytes were written, by where they were received; nothing for none. */
  static Map<String, Long> writtenBytes(ServingProcess server) throws Exception {
    return find(WRITTEN, server);
  }

  private static Map<String, Long> find(Pattern pattern, ServingProcess server) throws Exception {
    Map<String, Long> found = new TreeMap<>();
    Matcher line = pattern.matcher(text(server));
    while (line.find()) {
      found.put(line.group(1), Long.valueOf(line.group(2)));
    }
    return found;
  }

  private static String text(ServingProcess server) throws Exception {
    Matcher address = ADDRESS.matcher(server.errors());
    assertTrue(address.find(), server::toString);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(address.group(1))).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode());
      return answer.body();
    }
  }
}
