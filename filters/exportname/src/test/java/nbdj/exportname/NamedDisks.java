package nbdj.exportname;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;

/** Lists three exports, whose names are as long as they are. */
final class NamedDisks implements Plugin {
  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) {
    return List.of(new Export("a", "one"), new Export("bb", ""), new Export("ccc", "three"));
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) {
    return Optional.of("bb");
  }

  @Override
  public PluginHandle open(OpenRequest request) {
    return new PluginHandle() {
      @Override
      public long size() {
        return request.exportName().length();
      }

      @Override
      public Optional<String> description() {
        return Optional.of("disk " + request.exportName());
      }

      @Override
      public void pread(ByteBuffer buffer, long offset) {
        buffer.position(buffer.limit());
      }
    };
  }
}
