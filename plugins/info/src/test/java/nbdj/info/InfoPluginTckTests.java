package nbdj.info;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class InfoPluginTckTests {
  @Nested
  class ExportName extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new InfoPlugin();
    }

    @Override
    protected String exportName() {
      return "a name with an ä";
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of("a name with an ä".getBytes(UTF_8));
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(ExportName.this);
      }
    }
  }

  @Nested
  class Base64ExportName extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new InfoPlugin();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("mode", "base64exportname");
    }

    @Override
    protected String exportName() {
      return "AAECAw==";
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of("?");
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(new byte[] {0, 1, 2, 3});
    }
  }
}
