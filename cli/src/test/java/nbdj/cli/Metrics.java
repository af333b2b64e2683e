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

  private Metrics() {}

  /** Get how many bytes answered reads, by where they came from; nothing for none. */
  static Map<String, Long> readBytes(ServingProcess server) throws Exception {
    Map<String, Long> sources = new TreeMap<>();
    Matcher line = READ.matcher(text(server));
    while (line.find()) {
      sources.put(line.group(1), Long.valueOf(line.group(2)));
    }
    return sources;
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
