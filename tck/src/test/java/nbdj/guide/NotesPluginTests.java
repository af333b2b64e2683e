package nbdj.guide;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;

class NotesPluginTests extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new NotesPlugin();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("name", "shopping", "size", "256K");
  }

  @Override
  protected Optional<byte[]> expectedContent() {
    return Optional.of(new byte[256 << 10]);
  }

  @Override
  protected Optional<String> missingExport() {
    return Optional.of("no such note");
  }
}
