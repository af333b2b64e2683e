package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class HelloPluginTests extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new HelloPlugin();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("text", "good morning");
  }

  @Override
  protected Optional<byte[]> expectedContent() {
    return Optional.of("good morning".getBytes(UTF_8));
  }

  @Nested
  class ThroughASocket extends LayerBlackBox {
    ThroughASocket() {
      super(HelloPluginTests.this);
    }
  }
}
