package example;

import com.google.auto.service.AutoService;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;

/** Serves a text given on the command line as a read-only disk. */
@AutoService(Plugin.class)
@Registered(name = "text", api = Nbdj.API_VERSION)
public final class TextPlugin implements Plugin {
  private byte[] text = new byte[0];

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of("text", Parameter.Type.STRING, "What the disk says.").required().magic());
  }

  @Override
  public void config(String key, String value) {
    text = value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.PARALLEL;
  }

  @Override
  public PluginHandle open(OpenRequest request) {
    return new PluginHandle() {
      @Override
      public long size() {
        return text.length;
      }

      @Override
      public boolean canMultiConn() {
        return true;
      }

      @Override
      public void pread(ByteBuffer buffer, long offset) {
        buffer.put(text, (int) offset, buffer.remaining());
      }
    };
  }
}
