import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import nbdj.api.Export;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/** A whole plugin, with exports of its own and a further class beside it. */
public class Names implements Plugin {
  private final Map<String, Disk> disks = new TreeMap<>();

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of("name", Parameter.Type.STRING, "Name of an export.").magic().repeatable());
  }

  @Override
  public void config(String key, String value) {
    disks.put(value, new Disk(value.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.SERIALIZE_REQUESTS;
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) {
    return disks.keySet().stream().map(Export::of).toList();
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) {
    return disks.keySet().stream().findFirst();
  }

  @Override
  public PluginHandle open(OpenRequest request) throws NbdException {
    Disk disk = disks.get(request.exportName());
    if (disk == null) {
      throw new NbdException(NbdError.EINVAL, "there is no export of this name");
    }
    return disk;
  }
}

class Disk implements PluginHandle {
  private final byte[] bytes;

  Disk(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public synchronized void pread(ByteBuffer buffer, long offset) {
    buffer.put(bytes, (int) offset, buffer.remaining());
  }

  @Override
  public boolean canWrite() {
    return true;
  }

  @Override
  public synchronized void pwrite(ByteBuffer buffer, long offset, Flags flags) {
    buffer.get(bytes, (int) offset, buffer.remaining());
  }
}
