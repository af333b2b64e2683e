package nbdj.guide;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.ConfigException;
import nbdj.api.Export;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.Values;

/** Notes in memory that clients can write: an export for each name. */
@Registered(name = "notes", api = Nbdj.API_VERSION)
public final class NotesPlugin implements Plugin {
  private static final int LARGEST = 1 << 20;

  private final Map<String, byte[]> notes = new LinkedHashMap<>();
  private int size = 4096;

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of("name", Parameter.Type.STRING, "A note.").required().magic().repeatable(),
        Parameter.of("size", Parameter.Type.SIZE, "How long each may get.").withDefault("4K"));
  }

  @Override
  public void config(String key, String value) throws ConfigException {
    if (key.equals("size")) {
      long bytes = Values.size(value);
      if (bytes > LARGEST) {
        throw new ConfigException("too large: a note has at most 1M");
      }
      size = (int) bytes;
    } else if (notes.put(value, new byte[0]) != null) {
      throw new ConfigException("given twice");
    }
  }

  @Override
  public void configComplete() {
    notes.replaceAll((name, nothing) -> new byte[size]);
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) {
    return notes.keySet().stream().map(Export::of).toList();
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) {
    return notes.keySet().stream().findFirst();
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    byte[] note = notes.get(request.exportName());
    if (note == null) {
      throw new NbdException(
          NbdError.EINVAL,
          "no note '%s': there are %s".formatted(request.exportName(), notes.keySet()));
    }
    return new PluginHandle() {
      @Override
      public long size() {
        return note.length;
      }

      @Override
      public void pread(ByteBuffer buffer, long offset) {
        buffer.put(note, (int) offset, buffer.remaining());
      }

      @Override
      public boolean canWrite() {
        return true;
      }

      @Override
      public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
        buffer.get(note, (int) offset, buffer.remaining());
      }

      @Override
      public List<String> metaContexts() {
        return List.of("x-notes:text");
      }

      @Override
      public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
          throws IOException {
        int end = note.length;
        while (end > 0 && note[end - 1] == 0) {
          end--;
        }
        long text = Math.clamp(end - offset, 0, count);
        sink.add(offset, text, 1);
        sink.add(offset + text, count - text, 0);
      }
    };
  }
}
