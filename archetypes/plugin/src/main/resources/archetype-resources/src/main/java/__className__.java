package ${package};

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.auto.service.AutoService;
import java.nio.ByteBuffer;
import java.util.List;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;

/** Serves a text given on the command line as a read-only disk. */
@AutoService(Plugin.class)
@Registered(name = "${name}", api = Nbdj.API_VERSION)
public final class ${className} implements Plugin {
  private byte[] text = "hello, world\n".getBytes(UTF_8);

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.of("text", Parameter.Type.STRING, "What the disk says.").magic());
  }

  @Override
  public void config(String key, String value) {
    text = value.getBytes(UTF_8);
  }

  @Override
  public PluginHandle open(OpenRequest request) {
    return new PluginHandle() {
      @Override
      public long size() {
        return text.length;
      }

      @Override
      public void pread(ByteBuffer buffer, long offset) {
        buffer.put(text, (int) offset, buffer.remaining());
      }
    };
  }
}
