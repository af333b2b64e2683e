package nbdj.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;
import org.junit.jupiter.api.Nested;

/** Each form of a script, as good as a plugin in a jar. */
class ScriptPluginTckTests {
  abstract static class Contract extends PluginContract {
    private final Map<String, String> config = new LinkedHashMap<>();

    Contract(String file, String... parameter) {
      config.put("script", "src/test/resources/scripts/" + file);
      if (parameter.length > 0) {
        config.put(parameter[0], parameter[1]);
      }
    }

    @Override
    protected final Plugin plugin() {
      return new ScriptPlugin(new CachedCompilation());
    }

    @Override
    protected final Map<String, String> config() {
      return config;
    }
  }

  @Nested
  class CompactReadOnly extends Contract {
    CompactReadOnly() {
      super("text.java", "text", "good morning");
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of("good morning".getBytes(UTF_8));
    }
  }

  @Nested
  class CompactWritable extends Contract {
    CompactWritable() {
      super("ram-disk");
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(new byte[1 << 20]);
    }
  }

  @Nested
  class HandleReadOnly extends Contract {
    HandleReadOnly() {
      super("Blank.java");
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(new byte[100_000]);
    }
  }

  @Nested
  class HandleWritable extends Contract {
    HandleWritable() {
      super("Shared.java");
    }
  }

  @Nested
  class WholePlugin extends Contract {
    WholePlugin() {
      super("Names.java", "name", "an export and its content in one");
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of("another");
    }
  }
}
