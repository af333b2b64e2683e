package nbdj.pattern;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class PatternPluginTckTests {
  @Nested
  class OfAMebibyte extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new PatternPlugin();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("size", "1048579");
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(Expected.bytes(0, 1048579));
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(OfAMebibyte.this);
      }
    }
  }

  @Nested
  class AsLargeAsCanBe extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new PatternPlugin();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("size", "9223372036854775807");
    }
  }
}
