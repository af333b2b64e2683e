package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Backend;
import nbdj.api.Export;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.ThreadModel;

/**
 * What a plugin and a filter have in common beside their handles, all of it right. Broken layers
 * override a part; {@link Role} makes a plugin or a filter of it.
 */
class Manner {
  /** Begin a callback, by its name; what is thrown here the callback throws. */
  void begin(String callback) throws IOException {}

  String description() {
    return "a layer of the tests";
  }

  List<Parameter> parameters() {
    return List.of(Parameter.of("key", Parameter.Type.STRING, "A key."));
  }

  ThreadModel threadModel(ThreadModel usual) {
    return usual;
  }

  Map<String, String> dump() {
    return Map.of();
  }

  Map<String, String> inspect(Backend next) throws IOException {
    return Map.of();
  }

  List<Export> listExports(List<Export> usual) throws IOException {
    return usual;
  }

  Optional<String> defaultExport(Optional<String> usual) throws IOException {
    return usual;
  }

  /** Refuse an export, or make a handle of it. */
  FilterHandle open(OpenRequest request) throws IOException {
    return new MannerlyHandle(this);
  }
}
