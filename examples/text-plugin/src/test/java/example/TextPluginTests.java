package example;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;

class TextPluginTests extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new TextPlugin();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("text", "good morning, block layer");
  }

  @Override
  protected Optional<byte[]> expectedContent() {
    return Optional.of("good morning, block layer".getBytes(StandardCharsets.UTF_8));
  }
}
