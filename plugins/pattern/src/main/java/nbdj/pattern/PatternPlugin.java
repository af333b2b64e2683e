package nbdj.pattern;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.List;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;
import nbdj.api.Values;

/**
 * Serve a disk whose bytes tell where they are: each eight hold their offset, the highest byte
 * first.
 *
 * @since 0.1
 */
@AutoService(Plugin.class)
@Registered(name = "pattern", api = Nbdj.API_VERSION)
public final class PatternPlugin implements Plugin {
  private long size;

  /** Make the plugin. */
  public PatternPlugin() {}

  @Override
  public String description() {
    return "a read-only disk whose bytes tell where they are";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of("size", Parameter.Type.SIZE, "Size of the disk.").required().magic());
  }

  @Override
  public void config(String key, String value) throws IOException {
    size = Values.size(value);
  }

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.PARALLEL;
  }

  @Override
  public PluginHandle open(OpenRequest request) {
    return new PatternHandle(size);
  }
}
