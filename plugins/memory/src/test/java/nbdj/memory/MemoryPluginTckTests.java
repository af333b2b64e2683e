package nbdj.memory;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class MemoryPluginTckTests {
  @Nested
  class Sparse extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new MemoryPlugin();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("size", "1048577");
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(new byte[1048577]);
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(Sparse.this);
      }
    }
  }

  @Nested
  class LargerThanMemory extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new MemoryPlugin();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("size", "7E");
    }
  }

  @Nested
  class Contiguous extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new MemoryPlugin();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("size", "1048577", "allocator", "malloc");
    }
  }
}
