package nbdj.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import nbdj.api.Flags;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page of the plugin shows is what works. */
class DocumentationTests {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  private static List<String> examples() throws IOException {
    String page = Files.readString(Path.of("../../docs/script.md"));
    return JAVA.matcher(page).results().map(example -> example.group(1)).toList();
  }

  /** Start the only example that has a text in it. */
  private Scripts example(String part, String... parameters) throws IOException {
    List<String> found = examples().stream().filter(text -> text.contains(part)).toList();
    assertEquals(1, found.size(), part);
    Scripts scripts = Scripts.configured(folder, "Example.java", found.getFirst());
    for (int i = 0; i < parameters.length; i += 2) {
      scripts.plugin().config(parameters[i], parameters[i + 1]);
    }
    return scripts.started();
  }

  @Test
  void everyExample_isAScript() throws IOException {
    List<String> examples = examples();
    assertTrue(examples.size() >= 6, () -> "only " + examples.size());
    for (String example : examples) {
      Scripts.configured(folder, "Example.java", example).close();
    }
  }

  @Test
  void firstExample_hasTenLinesAndItsSectors() throws IOException {
    assertTrue(examples().getFirst().lines().count() <= 10);
    try (Scripts scripts = example("offset++ / 512")) {
      assertEquals(1L << 40, scripts.open().size());
      assertEquals("AB", Scripts.read(scripts.open(), 66 * 512 - 1, 2));
    }
  }

  @Test
  void writableExample_keepsWhatWasWritten() throws IOException {
    try (Scripts scripts = example("byte[] disk", "size", "1M")) {
      PluginHandle handle = scripts.open();
      assertTrue(handle.canWrite());
      handle.pwrite(ByteBuffer.wrap("hello".getBytes(UTF_8)), 1 << 19, Flags.NONE);
      assertEquals("hello", Scripts.read(scripts.open(), 1 << 19, 5));
    }
  }

  @Test
  void exampleWithAProgram_readsByIt() throws IOException {
    Path file = Files.writeString(folder.resolve("disk.img"), "read by another program");
    try (Scripts scripts = example("ProcessBuilder", "file", file.toString())) {
      PluginHandle handle = scripts.open();
      assertEquals(23, handle.size());
      assertEquals("another", Scripts.read(handle, 8, 7));
    }
  }

  @Test
  void exampleWithHttp_readsRanges() throws IOException {
    byte[] content = "read over the web".getBytes(UTF_8);
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/disk.img",
        exchange -> {
          if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", "" + content.length);
            exchange.sendResponseHeaders(200, -1);
          } else {
            String[] range =
                exchange.getRequestHeaders().getFirst("Range").substring(6).split("-", -1);
            int from = Integer.parseInt(range[0]);
            int count = Integer.parseInt(range[1]) + 1 - from;
            exchange.sendResponseHeaders(206, count);
            exchange.getResponseBody().write(content, from, count);
          }
          exchange.close();
        });
    web.start();
    String url = "http://127.0.0.1:%d/disk.img".formatted(web.getAddress().getPort());
    try (Scripts scripts = example("HttpClient", "url", url)) {
      PluginHandle handle = scripts.open();
      assertEquals(content.length, handle.size());
      assertEquals("over", Scripts.read(handle, 5, 4));
    } finally {
      web.stop(0);
    }
  }

  @Test
  void exampleOfAHandle_readsItsFile() throws IOException {
    Path services = Path.of("/etc/services");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(services));
    try (Scripts scripts = example("class Me")) {
      PluginHandle handle = scripts.open();
      assertEquals(Files.size(services), handle.size());
      assertEquals(Files.readString(services).substring(5, 25), Scripts.read(handle, 5, 20));
      handle.close();
    }
  }

  @Test
  void exampleOfAPlugin_saysTheExportsName() throws IOException {
    try (Scripts scripts = example("class Echo")) {
      PluginHandle handle = scripts.plugin().open(OpenRequest.of(false, "hello"));
      assertEquals("hello", Scripts.read(handle, 0, 5));
    }
  }
}
