package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ConfigException;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.PluginHandle;

/** The reference plugin with all that its plainness lacks: parameters, names and a block size. */
class ConfiguredPlugin extends ReferencePlugin {
  /** What a contract gives it. */
  static final Map<String, String> CONFIG =
      Map.of("size", "1M", "secret", "open sesame", "mode", "fast");

  ConfiguredPlugin() {
    this(Verdict.device());
  }

  ConfiguredPlugin(ReferenceDevice device) {
    super(device);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of("size", Parameter.Type.SIZE, "Size of nothing.").required().magic(),
        Parameter.of("secret", Parameter.Type.PASSWORD, "A secret."),
        Parameter.choice("mode", "How.", "fast", "slow").withDefault("slow").repeatable());
  }

  @Override
  public void config(String key, String value) throws IOException {
    if (!CONFIG.containsKey(key)) {
      throw new ConfigException("unknown");
    }
  }

  @Override
  public Map<String, String> dump() {
    return Map.of("size", "1M");
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) {
    return Optional.of("disk");
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    if (!request.exportName().equals("disk")) {
      throw new NbdException(NbdError.EINVAL, "there is no export of this name (try disk)");
    }
    return new ReferenceHandle(this) {
      @Override
      public BlockSize blockSize() {
        return new BlockSize(512, 4096, 1 << 20);
      }
    };
  }
}
