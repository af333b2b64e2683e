package nbdj.exportname;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import nbdj.api.ConfigException;
import nbdj.client.ListedExport;
import nbdj.client.NbdClient;
import nbdj.client.NbdExport;
import nbdj.client.NbdRefusedException;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportNameFilterTests {
  private static NbdServer serve(String... parameters) throws IOException {
    NbdServerBuilder builder =
        NbdServer.builder().filter(new ExportNameFilter()).plugin(new NamedDisks()).privateSocket();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      builder.config(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return builder.start();
  }

  private static String listed(NbdServer server) throws IOException {
    List<ListedExport> exports = NbdClient.builder().list(server.uri());
    return String.join(
        ", ", exports.stream().map(e -> e.name() + " (" + e.description() + ")").toList());
  }

  @ParameterizedTest
  @CsvSource({
    "exportname-list=keep, 'a (one), bb (), ccc (three)'",
    "exportname-list=empty, ''",
    "exportname-list=defaultonly, bb ()",
    "exportname-list=defaultonly default-export=ccc, ccc ()",
    "exportname-list=explicit, ''",
    "exportname-list=explicit exportname=zz exportname=a, 'zz (), a ()'",
    "exportname-strict=true exportname=ccc, ccc (three)",
    "exportdesc=none, 'a (), bb (), ccc ()'",
    "exportdesc=fixed:same, 'a (same), bb (same), ccc (same)'",
    "exportdesc=script:echo=at-$name, 'a (at-a), bb (at-bb), ccc (at-ccc)'",
    "exportdesc=script:exit=1, 'a (), bb (), ccc ()'",
  })
  void list_isWhatTheParametersSay(String parameters, String expected) throws IOException {
    // A blank would part the parameters.
    String[] words = parameters.split(" ", -1);
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].replace("echo=", "echo ").replace("exit=", "exit ");
    }
    try (NbdServer server = serve(words)) {
      assertEquals(expected, listed(server));
    }
  }

  @Test
  void listAsAnError_list_isRefusedAndOpenIsNot() throws IOException {
    try (NbdServer server = serve("exportname-list=error")) {
      assertThrows(NbdRefusedException.class, () -> NbdClient.builder().list(server.uri()));
      assertEquals(3, NbdClient.builder().info(server.uri("ccc")).size());
    }
  }

  @ParameterizedTest
  @CsvSource({"default-export=ccc, ccc", "default-export=, bb", "exportname=a, bb"})
  void defaultExport_isTheOneGivenOrThatOfTheLayerBelow(String parameter, String expected)
      throws IOException {
    try (NbdServer server = serve(parameter)) {
      assertEquals(expected.length(), NbdClient.builder().info(server.uri()).size());
    }
  }

  @Test
  void strict_onlyNamesGiven_canBeOpened() throws IOException {
    try (NbdServer server = serve("exportname-strict=yes", "exportname=a")) {
      NbdExport allowed = NbdClient.builder().info(server.uri("a"));
      assertEquals(1, allowed.size());
      NbdRefusedException refusal =
          assertThrows(
              NbdRefusedException.class, () -> NbdClient.builder().info(server.uri("ccc")));
      assertTrue(refusal.serverText().startsWith("no export 'ccc' "), refusal.serverText());
      assertThrows(NbdRefusedException.class, () -> NbdClient.builder().info(server.uri()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "keep, disk a",
    "fixed:other, other",
    "script:printf 'about %s' \"$name\", about a",
    "script:exit 3, ''",
    "script:yes, ''",
    "none, ''"
  })
  void description_ofAnOpenExport_isWhatTheParameterSays(String value, String expected)
      throws ConfigException {
    assertEquals(expected, Descriptions.of(value).of("a", Optional.of("disk a")).orElse(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"exportdesc=some", "exportname-list=all", "exportname-strict=perhaps"})
  void valueThatCannotBe_start_isRefused(String parameter) {
    assertThrows(ConfigException.class, () -> serve(parameter));
  }

  @Test
  void nameLongerThanTheProtocolAllows_start_isRefused() {
    assertThrows(ConfigException.class, () -> serve("exportname=" + "x".repeat(4097)));
  }
}
