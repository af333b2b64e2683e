package nbdj.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import nbdj.api.ConfigException;
import nbdj.client.NbdClient;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataPluginTests {
  private static NbdServer serve(String... parameters) throws IOException {
    NbdServerBuilder builder = NbdServer.builder().plugin(new DataPlugin()).privateSocket();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      builder.config(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return builder.start();
  }

  private static byte[] served(String... parameters) throws IOException {
    try (NbdServer server = serve(parameters);
        NbdClient client = NbdClient.connect(server.uri())) {
      return client.read(0, (int) client.size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "data=1 2 3, 3",
    "raw=äb, 3",
    "base64=AAEC, 3",
    "base64=, 0",
    "raw=, 0",
    "data=, 0",
  })
  void source_withoutSize_isAsLargeAsItsContent(String source, int size) throws IOException {
    assertEquals(size, served(source).length);
  }

  @Test
  void base64_isDecoded() throws IOException {
    assertArrayEquals(new byte[] {'1', '2', '3'}, served("base64=MTIz"));
    assertArrayEquals(new byte[] {0, (byte) 0xff}, served("base64=AP8="));
  }

  @Test
  void size_cutsOffOrAddsZeroes() throws IOException {
    assertArrayEquals(new byte[] {1, 2}, served("data=1 2 3", "size=2"));
    assertArrayEquals(new byte[] {1, 2, 3, 0, 0}, served("data=1 2 3", "size=5"));
    byte[] expected = new byte[1 << 20];
    Arrays.fill(expected, (byte) 7);
    assertArrayEquals(expected, served("data=7*1000000000000", "size=1M"));
  }

  @Test
  void malloc_worksToo() throws IOException {
    assertArrayEquals(new byte[] {1, 2}, served("data=1 2", "allocator=malloc"));
  }

  @Test
  void writes_areSeenByOthers() throws IOException {
    try (NbdServer server = serve("data=1 2 3");
        NbdClient one = NbdClient.connect(server.uri());
        NbdClient other = NbdClient.connect(server.uri())) {
      one.write(new byte[] {9}, 1);
      assertArrayEquals(new byte[] {1, 9, 3}, other.read(0, 3));
    }
  }

  @Test
  void variable_isAParameterBehindTheDataOrFromTheEnvironment() throws IOException {
    assertArrayEquals(new byte[] {5, 6, 5, 6}, served("data=$p*2", "p=$q 6", "q=5"));
    byte[] path = served("data=\"x\" $PATH_OF_NOBODY", "PATH_OF_NOBODY=1");
    assertArrayEquals(new byte[] {'x', 1}, path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data=1 2 3x", "base64=&", "data=$nobody_has_this", "size=1M"})
  void wrongOrMissingContent_start_isRefused(String parameter) {
    assertThrows(ConfigException.class, () -> serve(parameter));
  }

  @Test
  void twoContents_start_isRefused() {
    ConfigException refusal = assertThrows(ConfigException.class, () -> serve("data=1", "raw=x"));
    assertEquals(
        "data: exactly one of data, base64 and raw must be given, and data and raw are",
        refusal.getMessage());
  }

  @Test
  void parameterOfNoVariable_start_isRefused() {
    assertThrows(ConfigException.class, () -> serve("data=1", "pattern=2"));
  }
}
