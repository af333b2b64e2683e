package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import nbdj.api.Plugin;
import org.junit.jupiter.api.Test;

class ArgumentsTests {
  private static final List<List<String>> TAKEN = new CopyOnWriteArrayList<>();

  @Test
  void repeatedKeyAndBareWord_config_takesAllInTheirOrder() {
    TAKEN.clear();
    Verdict verdict = Verdict.of(Repeating.class);
    verdict.breaks();
    assertTrue(
        TAKEN.contains(
            List.of("mode=fast", "size=1M", "mode=slow", "secret=open sesame", "mode=fast")),
        TAKEN.toString());
    assertTrue(
        verdict
            .succeeded()
            .containsAll(
                Set.of(
                    "parameterGivenTwice_config_isRefusedUnlessRepeatable()",
                    "requiredParameterMissing_configComplete_isRefusedBeforeTheLayerSeesIt()",
                    "passwordGiven_dump_doesNotShowIt()")),
        () -> verdict.skipped().toString());
  }

  @Test
  void words_areReadAsTheCommandLineReadsThem() {
    assertEquals(new Argument("a-b.c_1", "x=y"), Argument.of("a-b.c_1=x=y"));
    assertEquals(new Argument("a", ""), Argument.of("a="));
    assertEquals(new Argument("", "/path/to=file"), Argument.of("/path/to=file"));
    assertEquals(new Argument("", "1M"), Argument.of("1M"));
    assertEquals(new Argument("", "9=3"), Argument.of("9=3"));
  }

  @Test
  void config_arguments_areThoseOfTheMap() {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("size", "1M");
    config.put("mode", "a=b");
    PluginContract contract =
        new PluginContract() {
          @Override
          protected Plugin plugin() {
            return new ConfiguredPlugin();
          }

          @Override
          protected Map<String, String> config() {
            return config;
          }
        };
    assertEquals(List.of("size=1M", "mode=a=b"), contract.arguments());
  }

  /** The contract of a plugin that takes one of its parameters several times. */
  static final class Repeating extends PluginContract {
    @Override
    protected Plugin plugin() {
      List<String> taken = new ArrayList<>();
      return new ConfiguredPlugin() {
        @Override
        public void config(String key, String value) throws IOException {
          super.config(key, value);
          taken.add(key + "=" + value);
        }

        @Override
        public void configComplete() {
          TAKEN.add(List.copyOf(taken));
        }
      };
    }

    @Override
    protected List<String> arguments() {
      return List.of("mode=fast", "1M", "mode=slow", "secret=open sesame", "mode=fast");
    }

    @Override
    protected String exportName() {
      return "disk";
    }
  }
}
