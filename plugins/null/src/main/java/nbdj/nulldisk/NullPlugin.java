package nbdj.nulldisk;

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
 * Serve a disk that reads as zeroes, whatever is written to it.
 *
 * @since 0.1
 */
@AutoService(Plugin.class)
@Registered(name = "null", api = Nbdj.API_VERSION)
public final class NullPlugin implements Plugin {
  private long size;

  /** Make the plugin. */
  public NullPlugin() {}

  @Override
  public String description() {
    return "a disk of zeroes that forgets what is written to it";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of("size", Parameter.Type.SIZE, "Size of the disk.").withDefault("0").magic());
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
    return new NullHandle(size);
  }
}
