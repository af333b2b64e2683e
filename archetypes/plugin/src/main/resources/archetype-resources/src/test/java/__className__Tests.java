package ${package};

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;

class ${className}Tests extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new ${className}();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("text", "good morning");
  }

  @Override
  protected Optional<byte[]> expectedContent() {
    return Optional.of("good morning".getBytes(UTF_8));
  }
}
