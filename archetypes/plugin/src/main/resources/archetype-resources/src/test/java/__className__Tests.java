package ${package};

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class ${className}Tests extends PluginContract {
  private static final String TEXT = "good morning, ".repeat(1000);

  @Override
  protected Plugin plugin() {
    return new ${className}();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("text", TEXT);
  }

  @Override
  protected Optional<byte[]> expectedContent() {
    return Optional.of(TEXT.getBytes(UTF_8));
  }

  @Nested
  class ThroughASocket extends LayerBlackBox {
    ThroughASocket() {
      super(${className}Tests.this);
    }
  }
}
