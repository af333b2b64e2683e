package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The public interface changes only when someone means it to. */
class PublicApiTests {
  private static final Path GOLDEN =
      Path.of("src/test/resources/nbdj/api/public-api.txt").toAbsolutePath();

  @Test
  void publicInterface_isTheOneWrittenDown() throws Exception {
    String now = ApiText.of(ApiSources.publicTypes());
    if (Boolean.getBoolean("nbdj.api.write")) {
      Files.writeString(GOLDEN, now);
    }
    assertEquals(
        golden(),
        now,
        "The public interface has changed. Within a major version only new types and new methods"
            + " with a default are allowed. If the change is meant, write the interface down with"
            + " mvn -pl api test -Dtest=PublicApiTests -Dnbdj.api.write=true and commit "
            + GOLDEN.getFileName());
  }

  private static String golden() throws IOException {
    return Files.exists(GOLDEN) ? Files.readString(GOLDEN) : "";
  }

  @Test
  void noType_declaresAFinalizer() throws Exception {
    List<Class<?>> types = ApiSources.publicTypes();
    assertFalse(types.isEmpty());
    for (Class<?> type : types) {
      assertFalse(
          Arrays.stream(type.getDeclaredMethods())
              .anyMatch(m -> m.getName().equals("finalize") && m.getParameterCount() == 0),
          type + " declares finalize(), which the garbage collector would call");
    }
  }
}
