package nbdj.info;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;

/**
 * Serve a disk that tells a client something about itself or the server.
 *
 * @since 0.1
 */
@AutoService(Plugin.class)
@Registered(name = "info", api = Nbdj.API_VERSION)
public final class InfoPlugin implements Plugin {
  private Mode mode = Mode.EXPORTNAME;

  /** When the server was ready, by {@link System#nanoTime}. */
  private long ready;

  /** Make the plugin. */
  public InfoPlugin() {}

  @Override
  public String description() {
    return "a disk that tells a client its export name, its address or the time";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.choice("mode", "What the disk tells.", Mode.words())
            .withDefault(Mode.EXPORTNAME.word())
            .magic());
  }

  @Override
  public void config(String key, String value) {
    mode = Mode.valueOf(value.toUpperCase(Locale.ROOT));
  }

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.PARALLEL;
  }

  @Override
  public Map<String, String> dump() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("info_base64", "yes");
    lines.put("info_address", "yes");
    lines.put("info_mode", mode.word());
    return lines;
  }

  @Override
  public void afterFork() {
    ready = System.nanoTime();
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    return mode.open(request, ready);
  }
}
