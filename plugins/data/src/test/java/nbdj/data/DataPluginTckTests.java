package nbdj.data;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class DataPluginTckTests extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new DataPlugin();
  }

  @Override
  protected Map<String, String> config() {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("data", "( $word @^8 )*1000 @100000 1");
    config.put("word", "0x55 0xaa");
    return config;
  }

  @Override
  protected Optional<byte[]> expectedContent() {
    byte[] content = new byte[100_001];
    for (int i = 0; i < 1000; i++) {
      content[i * 8] = 0x55;
      content[i * 8 + 1] = (byte) 0xaa;
    }
    content[100_000] = 1;
    return Optional.of(content);
  }

  @Nested
  class ThroughASocket extends LayerBlackBox {
    ThroughASocket() {
      super(DataPluginTckTests.this);
    }
  }
}
